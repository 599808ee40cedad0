using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>
/// The coordinator while one node leads: looks, decides by <see cref="TakeoverStep"/>, acts. What it remembers beyond the store are
/// conveniences: losing them costs another read, never a wrong step.
/// </summary>
internal sealed partial class CoordinatorTerm(
    ITakeoverStore store, Func<TakeoverRecord, ConsulSource> open, CoordinatorOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly TakeoverRecords records = new(store.Client);
    private readonly LifeSigns relays = new(time);
    private readonly ProgressJournal journal = new(new TakeoverRecords(store.Client), options, time);

    /// <summary>What is done all the time in a phase, and which phase that is.</summary>
    private IAsyncDisposable? activity;
    private (string Id, TakeoverPhase Phase) phase;
    private long phaseSeen;
    private TakeoverComparison? comparison;
    private StoreImage? compared;

    /// <summary>One look and what follows from it. Gives the pause until the next.</summary>
    /// <exception cref="SourceException">This node's store does not answer.</exception>
    public async ValueTask<TimeSpan> StepAsync(CancellationToken token)
    {
        if (await records.TakeoverAsync(token).ConfigureAwait(false) is not { } takeover)
            return options.Idle;
        await EnterAsync(takeover.Record).ConfigureAwait(false);
        var view = await ViewAsync(takeover.Record, token).ConfigureAwait(false);
        await ActAsync(TakeoverStep.Next(view), takeover, view, token).ConfigureAwait(false);
        return takeover.Record is { Phase: TakeoverPhase.Holding or TakeoverPhase.Flipped } or { Phase: TakeoverPhase.Prepared, CommitAsked: not null }
            ? options.Busy
            : options.Idle;
    }

    private ValueTask ActAsync(TakeoverAction action, Stored<TakeoverRecord> takeover, TakeoverView view, CancellationToken token) => action switch
    {
        TakeoverAction.Move move => MoveAsync(takeover, move.Next, token),
        TakeoverAction.Compare => CompareAsync(takeover.Record, view, token),
        TakeoverAction.Flip flip => FlipAsync(takeover, flip.Next, token),
        TakeoverAction.Wait wait => NoteAsync(takeover.Record, wait, token),
        _ => throw new InvalidOperationException($"No way to {action.GetType().Name}."),
    };

    public async ValueTask DisposeAsync()
    {
        if (activity is not null)
            await activity.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins what the phase asks for all the time, and ends what the last one asked for.</summary>
    private async ValueTask EnterAsync(TakeoverRecord takeover)
    {
        var (old, next) = (phase, (takeover.Id, takeover.Phase));
        if (old == next)
            return;
        LogPhase(logger, takeover.Source, takeover.Phase);
        (phase, phaseSeen, comparison) = (next, time.GetTimestamp(), null);
        // The watch goes on from flipped to committed.
        if (activity is OldStoreWatch && next.Phase == TakeoverPhase.Committed && old.Id == next.Id)
            return;
        await DisposeAsync().ConfigureAwait(false);
        activity = null;
        activity = next.Phase switch
        {
            TakeoverPhase.Prepared => new SourceFollow(open(takeover), store.Client, new(FollowName(takeover)) { Time = time }),
            TakeoverPhase.Flipped or TakeoverPhase.Committed => new OldStoreWatch(open(takeover), records, takeover, compared, time, logger),
            _ => null,
        };
    }

    private static string FollowName(TakeoverRecord takeover) => Import.FollowOptions.NameOf(StateUri.Parse(takeover.Source));

    private async ValueTask<TakeoverView> ViewAsync(TakeoverRecord takeover, CancellationToken token)
    {
        var participants = await records.ParticipantsAsync(takeover, relays.IsHeard, token).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var (byClocks, bySight) = (now - takeover.PhaseSince, time.GetElapsedTime(phaseSeen));
        return new TakeoverView(takeover, participants, activity is SourceFollow { InStep: true }, comparison, now, byClocks > bySight ? byClocks : bySight);
    }

    private async ValueTask MoveAsync(Stored<TakeoverRecord> from, TakeoverRecord next, CancellationToken token)
    {
        if (await records.MoveAsync(next, from.Index, token).ConfigureAwait(false) && next.Note.Length > 0)
            LogNote(logger, next.Note);
    }

    /// <summary>Reads the source for as long as the hold may last; a source that does not answer by then has the takeover given up.</summary>
    private async ValueTask CompareAsync(TakeoverRecord takeover, TakeoverView view, CancellationToken token)
    {
        await journal.NoteAsync(takeover.Id, "reading the source for the last time", [], null, token).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(takeover.Limits.HoldSeconds) - view.InPhase, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        using var source = open(takeover);
        var read = new LastRead(source, store.Client);
        try
        {
            comparison = await read.CompareAsync(both.Token).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            comparison = new(ComparisonOutcome.Differs, 0, 0, $"{e.Message} {e.Cause}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            comparison = new(ComparisonOutcome.Differs, 0, 0, "the source did not answer in time");
        }
        compared = read.Image;
    }

    private async ValueTask FlipAsync(Stored<TakeoverRecord> from, TakeoverRecord next, CancellationToken token)
    {
        var answer = await store.FlipAsync(from.Index, BridgeRecords.Encode(next), next.Prefix, compared!, token).ConfigureAwait(false);
        comparison = answer switch
        {
            FlipAnswer.ContentDiffers => new(ComparisonOutcome.Differs, 0, 0, "something else writes to this store under the prefix, such as an 'import --follow' of another source"),
            FlipAnswer.NotStandby => new(ComparisonOutcome.Refused, 0, 0, $"this store is not on standby for '{next.Prefix}'"),
            _ => null,
        };
    }

    private ValueTask NoteAsync(TakeoverRecord takeover, TakeoverAction.Wait wait, CancellationToken token)
    {
        var doing = activity switch
        {
            SourceFollow { Fault: { Length: > 0 } fault } => $"{wait.Doing}: {fault}",
            OldStoreWatch watch when takeover.Phase == TakeoverPhase.Committed => $"{wait.Doing}: {watch.State}",
            _ => wait.Doing,
        };
        return journal.NoteAsync(takeover.Id, doing, wait.For, activity as SourceFollow, token);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Takeover from {Source}: {Phase}")]
    private static partial void LogPhase(ILogger logger, string source, TakeoverPhase phase);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Note}")]
    private static partial void LogNote(ILogger logger, string note);
}
