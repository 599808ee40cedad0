using System.CommandLine;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover commit</c>: asks the coordinator for the change of hands, and shows how it goes.</summary>
internal static class CommitCommand
{
    /// <summary>A coordinator speaks every 5 s, and of a takeover that was prepared a moment ago not yet.</summary>
    private static readonly TimeSpan CoordinatorPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var command = new DocumentedCommand("commit", "Carry the prepared takeover out: hold, last read, change of hands, redirect")
        {
            Examples =
            [
                ("overlaybridge takeover commit", "Returns when every host is redirected. Engines notice a pause of a second or so, and nothing else."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "committed: every host works on this cluster"),
                (ExitCode.Error, "refused or given up (engines go on with the old store), or a host is not redirected yet: see stderr"),
            ],
        };
        var wait = TakeoverWait.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = wait.Connect(parse);
            var state = await CoordinatedAsync(client, parse, token).ConfigureAwait(false);
            await AskAsync(client, state, CommandOutput.SurroundingsOf(parse).Time, token).ConfigureAwait(false);
            return await wait.UntilAsync(client, parse, IsDone, Late, token).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>The takeover, as soon as a coordinator has taken it up, or as it is after some patience.</summary>
    private static async Task<TakeoverState> CoordinatedAsync(IConsulClient client, ParseResult parse, CancellationToken token)
    {
        var time = CommandOutput.SurroundingsOf(parse).Time;
        var begun = time.GetTimestamp();
        while (true)
        {
            var state = await TakeoverWait.RequireAsync(client, parse, token).ConfigureAwait(false);
            if (state.Takeover!.Record.Phase != TakeoverPhase.Prepared || !IsForsaken(state, time.GetUtcNow()) || time.GetElapsedTime(begun) >= CoordinatorPatience)
                return state;
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }

    private static bool IsForsaken(TakeoverState state, DateTimeOffset now) => state.Document(now).Coordinator is null or { Silent: true };

    /// <summary>A commit that is under way is only watched.</summary>
    private static async Task AskAsync(IConsulClient client, TakeoverState state, TimeProvider time, CancellationToken token)
    {
        var (record, index) = state.Takeover!;
        var now = time.GetUtcNow();
        if (TakeoverPhases.IsOver(record.Phase))
            throw new OperatorException(
                $"There is nothing to commit: the takeover is {record.Phase.ToString().ToLowerInvariant()}.", record.Note.Length > 0 ? record.Note : "It is over.",
                "Prepare another one with 'overlaybridge takeover prepare'.");
        if (record.Phase != TakeoverPhase.Prepared)
            return;
        if (IsForsaken(state, now))
            throw new OperatorException(
                "Nobody would carry the commit out.", "No control node has said lately that it coordinates the takeover.",
                "Look at 'overlaybridge cluster status': one node must lead. Nothing was changed.");
        if (!await new TakeoverRecords(client).MoveAsync(record with { CommitAsked = now, Note = "" }, index, token).ConfigureAwait(false))
            throw new OperatorException(
                "The takeover was changed by somebody else just now.", "Two commands at once.", "Look at 'overlaybridge takeover status', and repeat the command.");
    }

    private static bool IsDone(TakeoverState state) => state.Takeover!.Record switch
    {
        { Phase: TakeoverPhase.Committed or TakeoverPhase.Released } => true,
        { Phase: TakeoverPhase.Aborted, Note: var note } => throw new OperatorException(
            "The takeover was given up.", note, "All hosts let go again by themselves. Mend the cause, then prepare it anew."),
        { Phase: TakeoverPhase.Prepared, CommitAsked: null, Note: var note } => throw new OperatorException(
            "The takeover is not committed.", note.Length > 0 ? note : "The commit was taken back.", "Mend the cause, then repeat the command; 'overlaybridge takeover status' shows every host."),
        _ => false,
    };

    private static OperatorException Late(TakeoverState state) => TakeoverPhases.IsPastFlip(state.Takeover!.Record.Phase)
        ? new OperatorException(
            "The store has changed hands, but not every host is redirected yet.",
            $"Waiting for {string.Join(", ", state.Participants.Where(static one => !one.Is(TakeoverHostState.Redirected)).Select(static one => one.Lacks(TakeoverHostState.Redirected)))}.",
            "Their engines are held until then, and write nowhere. Look at the agents there; 'overlaybridge takeover status --watch' shows when they follow.")
        : new OperatorException(
            "The takeover is not committed yet.", $"It is {state.Takeover.Record.Phase.ToString().ToLowerInvariant()}.",
            "It goes on by itself, or is given up when the hold lasts too long: see 'overlaybridge takeover status --watch'.");
}
