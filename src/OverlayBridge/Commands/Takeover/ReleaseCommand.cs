using System.CommandLine;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover release</c>: the redirects go, for the engines are told the new address or are converted.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("release", "Take the redirects away, once the hosts are converted or their daemon.json names this cluster")
        {
            Examples = [("overlaybridge takeover release", "Returns when no host has a rule left.")],
            ExitCodes =
            [
                (ExitCode.Success, "released"),
                (ExitCode.Error, "it is not committed, or a host has not let go yet: stderr says which"),
            ],
        };
        var wait = TakeoverWait.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = wait.Connect(parse);
            var state = await TakeoverWait.RequireAsync(client, parse, token).ConfigureAwait(false);
            await EndingCommand.MoveAsync(
                client, state, TakeoverPhase.Released, "",
                record => new OperatorException(
                    "There is nothing to release.", $"The takeover is {record.Phase.ToString().ToLowerInvariant()}, not committed.",
                    record.Phase == TakeoverPhase.Flipped
                        ? "Wait until every host is redirected: 'overlaybridge takeover status --watch'."
                        : "See 'overlaybridge takeover status'."),
                parse, token).ConfigureAwait(false);
            return await wait.UntilAsync(client, parse, EndingCommand.IsDone, EndingCommand.Late, token).ConfigureAwait(false);
        });
        return command;
    }
}
