using System.CommandLine;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network unexpose NAME</c>: takes everything back that expose did.</summary>
internal static class UnexposeCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("unexpose", "Take an exposure back: entries, swarm network, fence, record")
        {
            Examples =
            [
                ("overlaybridge network unexpose appnet --dry-run", "Shows every change, and who still uses the network."),
                ("overlaybridge network unexpose appnet", "Leaves the legacy network as it was before it was exposed."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "it is no longer exposed"),
                (ExitCode.Differences, "with --dry-run: something would be changed"),
                (ExitCode.Error, "something still uses it, or a step failed: stderr says why; run again to go on"),
            ],
        };
        var name = new Argument<string>("NAME") { Description = "Name or legacy id of an exposed network" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be changed, change nothing" };
        command.Add(name);
        command.Add(dryRun);
        var tools = ExposureTools.AddTo(command);
        command.SetAction((parse, token) => RunAsync(parse, tools, parse.GetRequiredValue(name), parse.GetValue(dryRun), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, ExposureTools tools, string name, bool dryRun, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var plan = await tools.UseAsync(
            parse,
            async (bridge, legacy, source, engine) =>
            {
                var unexposer = new Unexposer(bridge, legacy, source, engine, CommandOutput.SurroundingsOf(parse).Time);
                return dryRun
                    ? await unexposer.PlanAsync(name, token).ConfigureAwait(false)
                    : await unexposer.UnexposeAsync(name, tools.Wait(parse), new ProgressLines(output), token).ConfigureAwait(false);
            },
            token).ConfigureAwait(false);
        await output.WriteReportAsync(new ExposureReport(ExposureDocument.Of(plan, done: !dryRun)), token).ConfigureAwait(false);
        return dryRun ? ExitCode.Differences : ExitCode.Success;
    }
}
