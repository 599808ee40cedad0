using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Tests.State;

/// <summary>
/// Consul's KV rules written down once more, as plainly as can be, from the measurements (PUT, cas, DELETE, recurse,
/// indexes): lists that are searched through, nothing shared with the real thing.
/// </summary>
internal sealed class NaiveStore
{
    private readonly List<StoreEntry> _entries = [];
    private readonly List<(StoreKey Key, ulong Index)> _deletions = [];

    public ulong Index { get; private set; } = 1;

    public IEnumerable<StoreEntry> Entries => _entries.OrderBy(entry => Convert.ToHexString(entry.Key.Span), StringComparer.Ordinal);

    public bool Apply(StoreCommand command)
    {
        switch (command)
        {
            case SetCommand set:
                return Set(set);
            case DeleteCommand delete:
                var existing = _entries.Find(entry => entry.Key == delete.Key);
                if (existing is null)
                    return true;
                if (delete.Cas is not null && delete.Cas != existing.ModifyIndex)
                    return false;
                _entries.Remove(existing);
                _deletions.Add((delete.Key, ++Index));
                return true;
            case DeleteTreeCommand tree:
                var gone = _entries.Where(entry => entry.Key.StartsWith(tree.Prefix)).ToList();
                if (gone.Count == 0)
                    return true;
                Index++;
                _entries.RemoveAll(gone.Contains);
                _deletions.AddRange(gone.Select(entry => (entry.Key, Index)));
                return true;
            default:
                throw new ArgumentException("Not a KV write.", nameof(command));
        }
    }

    /// <summary>What a list of the prefix must at least show: its entries and everything that was ever deleted in it.</summary>
    public ulong LeastIndexOf(StoreKey prefix) =>
        _entries.Where(entry => entry.Key.StartsWith(prefix)).Select(entry => entry.ModifyIndex)
            .Concat(_deletions.Where(deletion => deletion.Key.StartsWith(prefix)).Select(deletion => deletion.Index))
            .DefaultIfEmpty(1UL).Max();

    private bool Set(SetCommand set)
    {
        var existing = _entries.Find(entry => entry.Key == set.Key);
        if (set.Cas == 0 && existing is not null)
            return false;
        if (set.Cas > 0 && existing?.ModifyIndex != set.Cas)
            return false;
        if (existing is not null && existing.Flags == set.Flags && existing.Value.AsSpan().SequenceEqual(set.Value.AsSpan()))
            return true;
        Index++;
        _entries.RemoveAll(entry => entry.Key == set.Key);
        _entries.Add(new StoreEntry(set.Key, set.Value, set.Flags, 0, null, existing?.CreateIndex ?? Index, Index));
        return true;
    }
}
