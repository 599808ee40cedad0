using System.Collections.Immutable;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// Everything the state machine knows, as one immutable value: a reader or a snapshot takes the reference and is done.
/// </summary>
/// <param name="Entries">All keys.</param>
/// <param name="Tombstones">Deletions that still count for prefix reads.</param>
/// <param name="Floors">
/// What reaped tombstones leave behind: for each first path segment (<c>docker/</c>) the highest index of a reaped
/// deletion in it, under the empty key that of keys without a slash. It counts for every prefix it may have been under, so
/// reaping never moves an index back (Consul's goes back after its 15 minutes). The price: after a reaping an idle prefix
/// may show a higher index once, and a watcher that asks with the old one is answered once without news.
/// </param>
/// <param name="Sessions">All sessions by id, in ordinal order: those made here and imported ones.</param>
/// <param name="Index">The store's index, never 0: the number the last change got, or what an import lifted it to.</param>
/// <param name="KeyIndex">Highest index of a change to keys; what a read of a missing key or of the root shows.</param>
/// <param name="SessionIndex">Highest index of a change to sessions.</param>
/// <param name="Mode">Whether clients or another store have the say, and over which keys.</param>
public sealed record StoreState(
    SortedTree<StoreEntry> Entries,
    SortedTree<Tombstone> Tombstones,
    SortedTree<Tombstone> Floors,
    ImmutableSortedDictionary<string, StoreSession> Sessions,
    ulong Index,
    ulong KeyIndex,
    ulong SessionIndex,
    StoreMode Mode)
{
    /// <summary>Index of the last restore of a snapshot, 0 without one: indexes below it that clients still hold are of another past.</summary>
    public ulong RestoreIndex { get; init; }

    /// <summary>Parts of a snapshot that is being restored; null when none is.</summary>
    public StagedRestore? Staged { get; init; }

    /// <summary>The last changes, by which earlier states can be told.</summary>
    public StoreHistory History { get; init; } = StoreHistory.Empty;

    /// <summary>
    /// A new store is at index 1, so that no reader is ever shown 0 and the first change is above what readers were shown.
    /// </summary>
    public static StoreState Empty { get; } = new(
        SortedTree.Empty<StoreEntry>(),
        SortedTree.Empty<Tombstone>(),
        SortedTree.Empty<Tombstone>(),
        ImmutableSortedDictionary.Create<string, StoreSession>(StringComparer.Ordinal),
        1, 1, 1,
        StoreMode.Own);

    /// <summary>Whether what has this index is news to a reader who asks for what came after another.</summary>
    public bool IsNews(ulong index, ulong afterIndex) => index > afterIndex || (afterIndex < RestoreIndex && index != afterIndex);

    /// <summary>X-Consul-Index of a single key: its ModifyIndex, else that of all keys.</summary>
    public ulong IndexOfKey(StoreEntry? entry) => entry?.ModifyIndex ?? KeyIndex;

    /// <summary>
    /// X-Consul-Index of a prefix: the highest of its entries and deletions, that of all keys when it has neither or is
    /// empty.
    /// </summary>
    public ulong IndexOfPrefix(StoreKey prefix)
    {
        if (prefix.IsEmpty)
            return KeyIndex;
        var entries = Entries.MaxIndexUnder(prefix);
        var deletions = Tombstones.MaxIndexUnder(prefix);
        var own = Math.Max(entries, deletions);
        return own == 0 ? KeyIndex : Math.Max(own, FloorOf(prefix));
    }

    /// <summary>The highest index of a reaped deletion that may have been under the prefix.</summary>
    public ulong FloorOf(StoreKey prefix)
    {
        var segment = prefix.FirstSegment;
        var below = segment.IsEmpty ? Floors.MaxIndexUnder(prefix) : Floors.Find(segment)?.Index ?? 0;
        return Math.Max(below, Floors.Find(StoreKey.Empty)?.Index ?? 0);
    }
}
