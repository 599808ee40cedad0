using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>Tells how following goes: at once to whoever listens here, and in the cluster as a <see cref="FollowRecord"/>.</summary>
internal sealed class FollowJournal(IConsulClient target, string source, FollowOptions options, IProgress<FollowRecord>? progress)
{
    private readonly string key = BridgeKeys.Follow(options.Name);
    private FollowRecord record = new(source, 0, null, null, 0, FollowState.Retrying, "starting");
    private FollowRecord? written;
    private long writtenAt;

    /// <summary>The cluster equals the source.</summary>
    /// <exception cref="SourceException">The cluster cannot be written.</exception>
    public ValueTask InStepAsync(ulong index, int keys, bool changed, CancellationToken token)
    {
        var now = options.Time.GetUtcNow();
        return TellAsync(
            record with { Index = index, Keys = keys, LastSync = now, LastChange = changed ? now : record.LastChange, State = FollowState.Following, Message = "" },
            token);
    }

    /// <summary>The cluster keeps what it has; the deletions need a person's word.</summary>
    /// <exception cref="SourceException">The cluster cannot be written.</exception>
    public ValueTask HeldAsync(DeletionVerdict verdict, CancellationToken token) =>
        TellAsync(record with { State = FollowState.Held, Message = $"{verdict.Reason}. Nothing was changed, and following goes on by itself when they are back; if they are meant to go, start again with --allow-deletes {verdict.SharePercent}." }, token);

    /// <summary>The source or the cluster does not answer.</summary>
    /// <exception cref="SourceException">The cluster cannot be written.</exception>
    public ValueTask RetryingAsync(SourceException error, CancellationToken token) =>
        TellAsync(record with { State = FollowState.Retrying, Message = $"{error.Message} {error.Cause}" }, token);

    /// <exception cref="SourceException">The cluster cannot be written.</exception>
    public ValueTask StoppedAsync(CancellationToken token) =>
        TellAsync(record with { State = FollowState.Stopped, Message = "" }, token);

    /// <summary>Tells of a failure without writing to the cluster, which is what failed, or what its record waits for.</summary>
    public void NoteLocally(SourceException error) =>
        Report(record with { State = FollowState.Retrying, Message = $"{error.Message} {error.Cause}" });

    private async ValueTask TellAsync(FollowRecord next, CancellationToken token)
    {
        Report(next);
        if (!IsDue())
            return;
        await target.PutAsync(key, BridgeRecords.Encode(record), default, token).ConfigureAwait(false);
        (written, writtenAt) = (record, options.Time.GetTimestamp());
    }

    private void Report(FollowRecord next)
    {
        // The time of the last comparison alone is no news.
        if (next with { LastSync = null } != record with { LastSync = null })
            progress?.Report(next);
        record = next;
    }

    /// <summary>A new state at once, progress not more often than asked for.</summary>
    private bool IsDue() =>
        written is null || record.State != written.State || record.Message != written.Message ||
        record != written && options.Time.GetElapsedTime(writtenAt) >= options.RecordEvery;
}
