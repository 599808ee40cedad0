using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>inspect STATE</c>: what is in a store.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "inspect", "Show what a store holds: networks, endpoints, address pools, hosts, and what cannot be read")
        {
            Examples =
            [
                ("overlaybridge inspect consul://10.0.0.5:8500", "Shows a live store; nothing is changed in it."),
                ("overlaybridge inspect store.json -o markdown", "Shows a dump in a form to paste into an issue."),
                ("overlaybridge inspect bridge://127.0.0.1:8500 -o json", "Shows what a control node holds, for a script."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "shown; keys that cannot be decoded are named and the rest is complete"),
                (ExitCode.Error, "the store cannot be read"),
            ],
        };
        var state = StateArgument.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            var report = await InventoryReading.ReadAsync(parse, state, token).ConfigureAwait(false);
            await CommandOutput.Of(parse).WriteReportAsync(report, token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
