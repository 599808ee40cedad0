using System.CommandLine;
using OverlayBridge.Migration.Checks;
using OverlayBridge.Overlay.Checks;
using OverlayBridge.Reports.Checks;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network check NAME</c>: whether the shared network works between all its hosts, tried.</summary>
internal static class CheckCommand
{
    private const int DefaultWait = 30;

    public static Command Create()
    {
        var command = new DocumentedCommand("check", "Try a shared network between all its hosts, and say what does not work and why")
        {
            Examples =
            [
                ("overlaybridge network check appnet", "Probes every way, compares MTUs, VNIs, routes and addresses."),
                ("overlaybridge network check appnet -o json --out check.json", "The same for scripts."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "all is well"),
                (ExitCode.Differences, "something was found"),
                (ExitCode.Error, "there is no such exposed network, or the control node does not answer"),
            ],
        };
        var name = new Argument<string>("NAME") { Description = "Name or legacy id of an exposed network" };
        var wait = new Option<int>("--wait")
        {
            Description = $"How many seconds to wait for the agents (default: {DefaultWait}); they need five to nine",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => DefaultWait,
        };
        wait.Validators.Add(result =>
        {
            if (result.GetValue(wait) is < 1 or > 3600)
                result.AddError("--wait takes 1 to 3600 seconds.");
        });
        command.Add(name);
        command.Add(wait);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction((parse, token) => RunAsync(bridge, parse, parse.GetRequiredValue(name), TimeSpan.FromSeconds(parse.GetValue(wait)), token));
        return command;
    }

    private static async Task<int> RunAsync(BridgeOption bridge, ParseResult parse, string name, TimeSpan patience, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        using var legacy = bridge.Open(parse);
        using var client = bridge.Connect(parse);
        var check = new NetworkCheck(client, legacy, CommandOutput.SurroundingsOf(parse).Time);
        var facts = await check.AskAsync(name, $"{Environment.UserName}@{Environment.MachineName}", patience, new ProgressLines(output), token).ConfigureAwait(false);
        var document = CheckDocument.Of(client.Name, facts, NetworkChecker.Check(facts));
        await output.WriteReportAsync(new CheckReport(document), token).ConfigureAwait(false);
        return document.Findings.IsEmpty ? ExitCode.Success : ExitCode.Differences;
    }
}
