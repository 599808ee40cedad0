using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate approve STAGE</c>.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("approve", "Open the approval gates of a stage: a person has looked, and the next stage may begin")
        {
            Examples = [("overlaybridge migrate approve canary", "Who approved, and when, is kept.")],
            ExitCodes = [(ExitCode.Success, "approved"), (ExitCode.Error, "the stage waits for nobody: stderr says why")],
        };
        var stage = new Argument<string>("STAGE") { Description = "A stage of the plan" };
        command.Add(stage);
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(
            parse, requests => requests.Approve(parse.GetRequiredValue(stage)), token, done: $"Stage {parse.GetRequiredValue(stage)} is approved; the executor opens its gate at its next look."));
        return command;
    }
}
