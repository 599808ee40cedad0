using System.Collections.Immutable;

namespace OverlayBridge.Store.History;

/// <summary>
/// The last changes of a store, oldest first, as one immutable value: a bounded queue whose versions share what they have in common.
/// Appending costs no copy; a version that is read goes on being what it was.
/// </summary>
public sealed class StoreHistory
{
    private readonly ImmutableArray<ChangeChunk> _chunks;

    /// <summary>Dropped from the beginning of the first chunk.</summary>
    private readonly int _skipped;

    /// <summary>What of the last chunk belongs to this version.</summary>
    private readonly int _lastCount;

    private StoreHistory(
        HistoryLimits limits, ulong floor, ulong dropped, ImmutableArray<ChangeChunk> chunks, int skipped, int lastCount, int count, long bytes)
    {
        (Limits, Floor, Dropped, Count, Bytes) = (limits, floor, dropped, count, bytes);
        (_chunks, _skipped, _lastCount) = (chunks, skipped, lastCount);
    }

    /// <summary>Of a new store, which is at index 1.</summary>
    public static StoreHistory Empty { get; } = Since(1, HistoryLimits.Default);

    public HistoryLimits Limits { get; }

    /// <summary>The oldest index whose state can be told: later changes are all remembered.</summary>
    public ulong Floor { get; }

    /// <summary>How many changes were forgotten: the sequence number of the oldest one that is remembered.</summary>
    public ulong Dropped { get; }

    public int Count { get; }

    /// <summary>Of memory, about.</summary>
    public long Bytes { get; }

    /// <summary>Nothing is known of what was before <paramref name="index"/>.</summary>
    public static StoreHistory Since(ulong index, HistoryLimits limits, ulong dropped = 0) => new(limits, index, dropped, [], 0, 0, 0, 0);

    /// <summary>With more changes at the end, and without those at the beginning that are too many then.</summary>
    public StoreHistory Append(IReadOnlyList<RecordedChange> changes)
    {
        var next = this;
        foreach (var change in changes)
            next = next.Append(change);
        return next.Trimmed(changes.Count == 0 ? 0 : changes[^1].At);
    }

    /// <param name="now">Milliseconds since 1970, 0 when that is not known: then nothing is too old.</param>
    public StoreHistory With(HistoryLimits limits, long now) =>
        limits == Limits ? this : new StoreHistory(limits, Floor, Dropped, _chunks, _skipped, _lastCount, Count, Bytes).Trimmed(now);

    /// <summary>The newest first, with their sequence numbers, which stay the same as long as a change is remembered.</summary>
    /// <param name="below">Only those whose number is below this.</param>
    public IEnumerable<(ulong Sequence, RecordedChange Change)> Backward(ulong below = ulong.MaxValue)
    {
        var sequence = Dropped + (ulong)Count;
        for (var at = _chunks.Length - 1; at >= 0; at--)
        {
            var (first, end) = Range(at);
            if (sequence - (ulong)(end - first) >= below)
            {
                sequence -= (ulong)(end - first);
                continue;
            }
            for (var i = end - 1; i >= first; i--)
                if (--sequence < below)
                    yield return (sequence, _chunks[at][i]);
        }
    }

    /// <summary>The oldest first.</summary>
    public IEnumerable<RecordedChange> All()
    {
        for (var at = 0; at < _chunks.Length; at++)
        {
            var (first, end) = Range(at);
            for (var i = first; i < end; i++)
                yield return _chunks[at][i];
        }
    }

    private (int First, int End) Range(int chunk) => (chunk == 0 ? _skipped : 0, chunk == _chunks.Length - 1 ? _lastCount : _chunks[chunk].Count);

    private StoreHistory Append(RecordedChange change)
    {
        var (chunks, last) = (_chunks, _lastCount);
        if (chunks.IsEmpty || chunks[^1].IsFullAt(last))
            (chunks, last) = (chunks.Add(new ChangeChunk()), 0);
        if (!chunks[^1].TryAdd(last, change))
        {
            // Another version went on from here: this one gets a chunk of its own.
            var own = chunks[^1].CopyOf(last);
            own.TryAdd(last, change);
            chunks = chunks.SetItem(chunks.Length - 1, own);
        }
        return new StoreHistory(Limits, Floor, Dropped, chunks, _skipped, last + 1, Count + 1, Bytes + change.Bytes);
    }

    private StoreHistory Trimmed(long now)
    {
        var oldest = Limits.MaxAge > TimeSpan.Zero && now > 0 ? now - (long)Limits.MaxAge.TotalMilliseconds : long.MinValue;
        var (chunk, skipped, count, bytes, floor) = (0, _skipped, Count, Bytes, Floor);
        while (count > 0)
        {
            var end = chunk == _chunks.Length - 1 ? _lastCount : _chunks[chunk].Count;
            if (skipped == end)
            {
                (chunk, skipped) = (chunk + 1, 0);
                continue;
            }
            var first = _chunks[chunk][skipped];
            if (!Limits.IsPassed(count, bytes) && (first.At == 0 || first.At >= oldest))
                break;
            (skipped, count, bytes, floor) = (skipped + 1, count - 1, bytes - first.Bytes, Math.Max(floor, first.Index));
        }
        if (count == Count)
            return this;
        var dropped = Dropped + (ulong)(Count - count);
        return count == 0
            ? Since(floor, Limits, dropped)
            : new StoreHistory(Limits, floor, dropped, _chunks.RemoveRange(0, chunk), skipped, _lastCount, count, bytes);
    }
}
