using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate rollback [--to STAGE]</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("rollback", "Go back: undo what the run did, the last stage first")
        {
            Examples =
            [
                ("overlaybridge migrate rollback --to canary", "Everything after stage canary is undone, canary stays; the run is then paused there."),
                ("overlaybridge migrate rollback", "Everything is undone; the run is then over."),
            ],
            ExitCodes = [(ExitCode.Success, "it goes back; 'migrate status --watch' shows how"), (ExitCode.Error, "there is no way back: stderr says why")],
        };
        var to = new Option<string?>("--to") { Description = "The stage that stays done; without it all are undone", HelpName = "STAGE" };
        command.Add(to);
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(parse, requests => requests.Rollback(parse.GetValue(to)), token));
        return command;
    }
}
