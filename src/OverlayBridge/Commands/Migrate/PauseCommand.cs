using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate pause</c>.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("pause", "Begin no further step; what hosts are at comes to its end")
        {
            Examples = [("overlaybridge migrate pause", "'overlaybridge migrate status' shows what is still under way.")],
            ExitCodes = [(ExitCode.Success, "paused"), (ExitCode.Error, "there is no run to pause: stderr says why")],
        };
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(parse, static requests => requests.Pause(), token));
        return command;
    }
}
