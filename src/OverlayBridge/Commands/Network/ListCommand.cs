using System.CommandLine;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network ls</c>: all legacy networks, and which of them are exposed.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("ls", "List the legacy networks and how they are exposed")
        {
            Examples = [("overlaybridge network ls", "One line for each network.")],
            ExitCodes = [(ExitCode.Success, "listed"), (ExitCode.Error, "the control node does not answer")],
        };
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            var networks = await NetworksReading.ReadAsync(bridge, parse, token).ConfigureAwait(false);
            await CommandOutput.Of(parse).WriteReportAsync(new NetworksReport(networks, detail: false), token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
