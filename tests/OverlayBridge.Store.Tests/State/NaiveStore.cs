using System.Collections.Immutable;
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
    private readonly Dictionary<string, string> _behaviors = [];

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
            case LockCommand take:
                return _behaviors.ContainsKey(take.Session) && Find(take.Key)?.Session is var holder && (holder is null || holder == take.Session) &&
                    Put(take.Key, take.Value, take.Flags, (Find(take.Key)?.LockIndex ?? 0) + (holder is null ? 1UL : 0), take.Session);
            case UnlockCommand give:
                return Find(give.Key) is { } held && held.Session == give.Session && Put(give.Key, give.Value, give.Flags, held.LockIndex, null);
            case CreateSessionCommand create:
                _behaviors[create.Session.Id] = create.Session.Behavior;
                Index++;
                return true;
            case DestroySessionCommand destroy:
                Destroy(destroy.Id);
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
        return Put(set.Key, set.Value, set.Flags, 0, existing?.Session);
    }

    private StoreEntry? Find(StoreKey key) => _entries.Find(entry => entry.Key == key);

    private bool Put(StoreKey key, ImmutableArray<byte> value, ulong flags, ulong lockIndex, string? session)
    {
        var existing = Find(key);
        if (existing is not null && existing.Flags == flags && existing.LockIndex == lockIndex && existing.Session == session &&
            existing.Value.AsSpan().SequenceEqual(value.AsSpan()))
            return true;
        Index++;
        _entries.RemoveAll(entry => entry.Key == key);
        _entries.Add(new StoreEntry(key, value, flags, lockIndex, session, existing?.CreateIndex ?? Index, Index));
        return true;
    }

    private void Destroy(string id)
    {
        if (!_behaviors.Remove(id, out var behavior))
            return;
        Index++;
        foreach (var held in _entries.Where(entry => entry.Session == id).ToList())
        {
            _entries.Remove(held);
            if (behavior == "delete")
                _deletions.Add((held.Key, Index));
            else
                _entries.Add(held with { Session = null, ModifyIndex = Index });
        }
    }
}
