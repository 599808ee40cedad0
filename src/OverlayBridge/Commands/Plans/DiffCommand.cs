using System.CommandLine;
using OverlayBridge.Overlay.Plans.Diffs;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan diff FROM TO</c>: in what two plans differ, whatever their files look like.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("diff", "Say in what two plans differ: hosts, containers, sets, demands, stages, gates")
        {
            Examples = [("overlaybridge plan diff reviewed.yaml plan.yaml", "What changed since the review; comments and order of keys do not count.")],
            ExitCodes = [(ExitCode.Success, "they say the same"), (ExitCode.Error, "a file cannot be read, or something is wrong with it"), (ExitCode.Differences, "they differ")],
        };
        var from = PlanArgument.AddTo(command, "FROM");
        var to = PlanArgument.AddTo(command, "TO");
        command.SetAction((parse, token) => RunAsync(parse, parse.GetRequiredValue(from), parse.GetRequiredValue(to), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, string from, string to, CancellationToken token)
    {
        var before = (await PlanFiles.JudgeAsync(from, token).ConfigureAwait(false)).Valid;
        var after = (await PlanFiles.JudgeAsync(to, token).ConfigureAwait(false)).Valid;
        var document = PlanDiffDocument.Of(from, to, PlanDiff.Of(before, after));
        await CommandOutput.Of(parse).WriteReportAsync(new PlanDiffReport(document), token).ConfigureAwait(false);
        return document.Changes.IsEmpty ? ExitCode.Success : ExitCode.Differences;
    }
}
