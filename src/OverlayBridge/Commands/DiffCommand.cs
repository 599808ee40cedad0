using System.CommandLine;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>diff FROM TO</c>: what differs between two stores.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("diff", "Show what differs between two stores: by network, pool, address, endpoint and host")
        {
            Examples =
            [
                ("overlaybridge diff consul://10.0.0.5:8500 bridge://127.0.0.1:8500", "Proves that an import is complete, to the byte and the index."),
                ("overlaybridge diff bridge://127.0.0.1:8500@1200 bridge://127.0.0.1:8500", "What changed since index 1200, as far as the history reaches."),
                ("overlaybridge diff monday.json tuesday.json --keys", "Compares two dumps and lists the raw keys, too."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "nothing differs"), (ExitCode.Error, "one of the two cannot be read"),
                (ExitCode.Differences, "something differs"),
            ],
        };
        var from = StateArgument.AddTo(command, "FROM", "The store that changes are counted from");
        var to = StateArgument.AddTo(command, "TO", "The store that it is compared with: what only this one has is added");
        var keys = new Option<bool>("--keys") { Description = "List the keys that differ, with values, flags, indexes and sessions" };
        command.Add(keys);
        command.SetAction(async (parse, token) =>
        {
            CollectorPause.For(CollectorPause.Whole, from.Uri(parse), to.Uri(parse));
            var images = await Task.WhenAll(from.ReadAsync(parse, token), to.ReadAsync(parse, token)).ConfigureAwait(false);
            var report = new DiffReport(StateDiff.Between(images[0], images[1]), parse.GetValue(keys));
            await CommandOutput.Of(parse).WriteReportAsync(report, token).ConfigureAwait(false);
            return report.IsEmpty ? ExitCode.Success : ExitCode.Differences;
        });
        return command;
    }
}
