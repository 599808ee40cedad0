using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate skip STEP --reason TEXT</c>.</summary>
internal static class SkipCommand
{
    private const int MaxReason = 500;

    public static Command Create()
    {
        var command = new DocumentedCommand("skip", "Leave a step, or a gate, out; the journal keeps who and why")
        {
            Examples =
            [
                ("overlaybridge migrate skip clean-records.h2 --reason 'cleaned by hand'", "A step that failed, or has not begun. 'migrate resume' then goes on."),
                ("overlaybridge migrate skip canary/http --reason 'the probe is wrong'", "A gate, as STAGE/GATE."),
            ],
            ExitCodes = [(ExitCode.Success, "noted"), (ExitCode.Error, "it cannot be left out: stderr says why")],
        };
        var what = new Argument<string>("STEP") { Description = "A step as 'migrate status' names it, or a gate as STAGE/GATE" };
        var reason = new Option<string>("--reason") { Description = "Why; it is kept in the journal", HelpName = "TEXT", Required = true };
        reason.Validators.Add(result =>
        {
            if (result.GetValue(reason) is not { } text || text.Trim().Length is 0 or > MaxReason)
                result.AddError($"--reason takes a text of at most {MaxReason} letters.");
        });
        command.Add(what);
        command.Add(reason);
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(
            parse, requests => requests.Skip(parse.GetRequiredValue(what), parse.GetRequiredValue(reason).Trim()), token, done: $"{parse.GetRequiredValue(what)} is left out."));
        return command;
    }
}
