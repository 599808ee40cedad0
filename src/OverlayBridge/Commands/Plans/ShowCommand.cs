using System.CommandLine;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan show FILE</c>: what a plan will do, and what it is expected to cost.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("show", "Show a plan: hosts by stage, steps, gates, and how long each container is expected to be away")
        {
            Examples =
            [
                ("overlaybridge plan show plan.yaml", "As tables."),
                ("overlaybridge plan show plan.yaml -o html --out plan.html --downtime convert=8-12", "As a page with a timeline, by figures of your own."),
            ],
            ExitCodes = [(ExitCode.Success, "shown"), (ExitCode.Error, "the file cannot be read, or something is wrong with it")],
        };
        var file = PlanArgument.AddTo(command);
        var downtime = DowntimeOption.AddTo(command);
        command.SetAction((parse, token) => RunAsync(parse, parse.GetRequiredValue(file), downtime, token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, string file, DowntimeOption downtime, CancellationToken token)
    {
        var plan = (await PlanFiles.JudgeAsync(file, token).ConfigureAwait(false)).Valid;
        var document = PlanDocument.Of(plan, file, downtime.Figures(parse), StagePlanner.LowerBoundOf(StagingFleet.Of(plan)));
        await CommandOutput.Of(parse).WriteReportAsync(new PlanReport(document), token).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
