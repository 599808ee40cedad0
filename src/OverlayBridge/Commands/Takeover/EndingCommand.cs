using System.CommandLine;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary>What abort and release share: both end a takeover, and then wait until no host has a rule left.</summary>
internal static class EndingCommand
{
    private const int Attempts = 5;

    /// <summary>Moves the record to its last phase; one that is there already stays. Who else changes it meanwhile is looked at again.</summary>
    /// <exception cref="OperatorException">The phase does not allow it.</exception>
    public static async Task MoveAsync(
        IConsulClient client, TakeoverState state, TakeoverPhase to, string note, Func<TakeoverRecord, OperatorException> refusal, ParseResult parse, CancellationToken token)
    {
        var records = new TakeoverRecords(client);
        for (var attempt = 1; ; attempt++)
        {
            var (record, index) = state.Takeover!;
            if (record.Phase == to)
                return;
            if (!TakeoverPhases.CanFollow(record.Phase, to))
                throw refusal(record);
            if (await records.MoveAsync(record.In(to, CommandOutput.SurroundingsOf(parse).Time.GetUtcNow(), note), index, token).ConfigureAwait(false))
                return;
            if (attempt == Attempts)
                throw new OperatorException("The takeover is changed all the time.", "Somebody else works on it.", "Look at 'overlaybridge takeover status', and repeat the command.");
            state = await TakeoverWait.RequireAsync(client, parse, token).ConfigureAwait(false);
        }
    }

    /// <summary>A host that never said a word about this takeover has nothing to take away.</summary>
    public static bool IsDone(TakeoverState state) => state.Participants.All(static one => one.Report is null || one.Is(TakeoverHostState.Released));

    public static OperatorException Late(TakeoverState state) => new(
        $"The takeover is {state.Takeover!.Record.Phase.ToString().ToLowerInvariant()}, but not every host has taken its rules away yet.",
        $"Waiting for {string.Join(", ", state.Participants.Where(static one => one.Report is not null && !one.Is(TakeoverHostState.Released)).Select(static one => one.Lacks(TakeoverHostState.Released)))}.",
        "Each does it as soon as its agent reaches the cluster; look at the agents there.");
}
