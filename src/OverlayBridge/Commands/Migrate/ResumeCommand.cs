using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("resume", "Go on with a paused run, in its direction; what failed is tried again")
        {
            Examples = [("overlaybridge migrate resume", "Failed steps are tried again, failed gates looked at anew.")],
            ExitCodes = [(ExitCode.Success, "it goes on"), (ExitCode.Error, "there is no run that can go on, or only its one-way end is left: stderr says why")],
        };
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(parse, static requests => requests.Resume(), token));
        return command;
    }
}
