using System.Collections;
using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Shows who reads the log no more of it than a limit, and one entry at least. The engine sends everything that a node lacks in one request, whose
/// time is limited; what does not get through is sent again from the start, for ever. It goes by the number of entries that it was shown (6.12:
/// the replicated index of a node is what precedes them plus their count), and comes back for the rest.
/// </summary>
internal sealed class BoundedRead<TResult>(ILogEntryConsumer<IRaftLogEntry, TResult> reader, long maxBytes) : ILogEntryConsumer<IRaftLogEntry, TResult>
{
    public bool LogEntryMetadataOnly => reader.LogEntryMetadataOnly;

    public ValueTask<TResult> ReadAsync<TEntry, TList>(TList entries, long? snapshotIndex, CancellationToken token)
        where TEntry : IRaftLogEntry
        where TList : IReadOnlyList<TEntry>
    {
        // A snapshot is one entry, and travels whole.
        var count = snapshotIndex is null ? Within<TEntry, TList>(entries) : entries.Count;
        return count == entries.Count
            ? reader.ReadAsync<TEntry, TList>(entries, snapshotIndex, token)
            : reader.ReadAsync<TEntry, First<TEntry, TList>>(new First<TEntry, TList>(entries, count), snapshotIndex, token);
    }

    private int Within<TEntry, TList>(TList entries)
        where TEntry : IRaftLogEntry
        where TList : IReadOnlyList<TEntry>
    {
        var bytes = 0L;
        for (var count = 0; count < entries.Count; count++)
        {
            bytes += entries[count].Length.GetValueOrDefault();
            if (bytes > maxBytes)
                return Math.Max(count, 1);
        }
        return entries.Count;
    }

    /// <summary>The beginning of a list.</summary>
    private readonly struct First<TEntry, TList>(TList entries, int count) : IReadOnlyList<TEntry>
        where TList : IReadOnlyList<TEntry>
    {
        public int Count => count;

        public TEntry this[int index] => index < count ? entries[index] : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<TEntry> GetEnumerator() => entries.Take(count).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
