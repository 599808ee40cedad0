using System.CommandLine;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover abort</c>: gives a takeover up, as long as the store has not changed hands.</summary>
internal static class AbortCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("abort", "Give the takeover up before the store has changed hands; engines go on with the old store")
        {
            Examples = [("overlaybridge takeover abort", "Returns when every host has taken its rules away.")],
            ExitCodes =
            [
                (ExitCode.Success, "given up, and no host has a rule left"),
                (ExitCode.Error, "the store has changed hands already, or a host has not let go yet: stderr says which"),
            ],
        };
        var wait = TakeoverWait.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = wait.Connect(parse);
            var state = await TakeoverWait.RequireAsync(client, parse, token).ConfigureAwait(false);
            await EndingCommand.MoveAsync(
                client, state, TakeoverPhase.Aborted, "Given up by an operator.",
                record => new OperatorException(
                    "The takeover cannot be given up any more.", $"It is {record.Phase.ToString().ToLowerInvariant()}: the engines' writes since then are in this cluster alone.",
                    "To take the redirects away once hosts are converted: 'overlaybridge takeover release'."),
                parse, token).ConfigureAwait(false);
            return await wait.UntilAsync(client, parse, EndingCommand.IsDone, EndingCommand.Late, token).ConfigureAwait(false);
        });
        return command;
    }
}
