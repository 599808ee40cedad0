using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Takeover;

/// <summary>Writes what the coordinator does: when that changes, and now and then although it does not.</summary>
internal sealed class ProgressJournal(TakeoverRecords records, CoordinatorOptions options, TimeProvider time)
{
    private TakeoverProgress? written;
    private long writtenAt;

    /// <param name="follow">While the source is followed: how that goes.</param>
    public async ValueTask NoteAsync(string takeoverId, string doing, ImmutableArray<string> waitsFor, SourceFollow? follow, CancellationToken token)
    {
        var progress = new TakeoverProgress(
            takeoverId, options.NodeName, time.GetUtcNow(), follow?.InStep ?? false,
            follow?.Index ?? written?.SourceIndex ?? 0, follow?.Keys ?? written?.Keys ?? 0, doing, waitsFor);
        if (!IsDue(progress))
            return;
        await records.WriteAsync(progress, token).ConfigureAwait(false);
        (written, writtenAt) = (progress, time.GetTimestamp());
    }

    /// <summary>The source's index alone is no news before the next regular word: a busy source changes it all the time.</summary>
    private bool IsDue(TakeoverProgress next) =>
        written is null || time.GetElapsedTime(writtenAt) >= options.ProgressEvery ||
        !(next with { At = written.At, SourceIndex = written.SourceIndex, Keys = written.Keys }).Equals(written);
}
