using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// Changes to keys under one index, one after the other: each sees those before it. What changes nothing takes no index.
/// </summary>
internal sealed class KeyRun(StoreState state)
{
    private readonly ImmutableArray<Change>.Builder _changes = ImmutableArray.CreateBuilder<Change>(1);

    /// <summary>The state so far; its indexes are lifted at the end.</summary>
    public StoreState State { get; private set; } = state;

    /// <summary>The index that changes get.</summary>
    public ulong Index { get; } = state.Index + 1;

    public StoreEntry? Find(StoreKey key) => State.Entries.Find(key);

    /// <param name="cas">Null: always. 0: only if the key is absent. N: only if its ModifyIndex is N.</param>
    /// <returns>False when the compare-and-set did not hold.</returns>
    public bool Set(StoreKey key, ImmutableArray<byte> value, ulong flags, ulong? cas)
    {
        var existing = Find(key);
        if (cas is { } expected && expected != (existing?.ModifyIndex ?? 0))
            return false;
        Put(existing, key, value, flags, lockIndex: 0, existing?.Session);
        return true;
    }

    /// <returns>False when another session holds the key.</returns>
    public bool Lock(StoreKey key, ImmutableArray<byte> value, ulong flags, string session)
    {
        var existing = Find(key);
        if (existing?.Session is { } holder && holder != session)
            return false;
        var taken = existing?.Session is null ? 1UL : 0;
        Put(existing, key, value, flags, (existing?.LockIndex ?? 0) + taken, session);
        return true;
    }

    /// <returns>False unless the session holds the key.</returns>
    public bool Unlock(StoreKey key, ImmutableArray<byte> value, ulong flags, string session)
    {
        if (Find(key) is not { } existing || existing.Session != session)
            return false;
        Put(existing, key, value, flags, existing.LockIndex, session: null);
        return true;
    }

    /// <summary>Takes the lock of a session that ended away.</summary>
    public void Release(StoreEntry held) => Put(held, held.Key, held.Value, held.Flags, held.LockIndex, session: null);

    /// <param name="cas">Null: always. N: only if the key's ModifyIndex is N, or the key is absent.</param>
    /// <returns>False when the compare-and-set did not hold.</returns>
    public bool Delete(StoreKey key, ulong? cas)
    {
        if (Find(key) is not { } existing)
            return true;
        if (cas is { } expected && expected != existing.ModifyIndex)
            return false;
        State = State with
        {
            Entries = State.Entries.Remove(key),
            Tombstones = State.Tombstones.Set(new Tombstone(key, Index)),
        };
        _changes.Add(new KeyChange(key, false) { Entries = (existing, null) });
        return true;
    }

    /// <summary>Deletes all keys with the prefix, but for <see cref="ReservedKeys.Tokens"/> further down.</summary>
    public void DeleteTree(StoreKey prefix)
    {
        if (ReservedKeys.Tokens.StartsWith(prefix) && ReservedKeys.Tokens != prefix && State.Entries.Under(ReservedKeys.Tokens).Any())
        {
            // One by one: what stays would show an index from before the deletion, were there one tombstone above it.
            foreach (var entry in State.Entries.Under(prefix).Where(static entry => !entry.Key.StartsWith(ReservedKeys.Tokens)).ToList())
                Delete(entry.Key, cas: null);
            return;
        }
        var before = _changes.Count;
        _changes.AddRange(State.Entries.Under(prefix).Select(Change (entry) => new KeyChange(entry.Key, false)));
        if (_changes.Count == before)
            return;
        // One tombstone at the prefix stands for all: a prefix further down has neither entries nor older deletions left and
        // shows the index of all keys, which is not lower. The root needs none, it always shows the index of all keys.
        var tombstones = State.Tombstones.RemovePrefix(prefix);
        State = State with
        {
            Entries = State.Entries.RemovePrefix(prefix),
            Tombstones = prefix.IsEmpty ? tombstones : tombstones.Set(new Tombstone(prefix, Index)),
        };
    }

    /// <summary>Something else than a key changed under the same index.</summary>
    public void Note(Change change, StoreState next)
    {
        _changes.Add(change);
        State = next;
    }

    /// <summary>The state with its indexes lifted, and who has to be told.</summary>
    public (StoreState State, ImmutableArray<Change> Changes) Finish()
    {
        if (_changes.Count == 0)
            return (State, []);
        var keys = _changes.Any(static change => change is KeyChange);
        return (State with { Index = Index, KeyIndex = keys ? Index : State.KeyIndex }, _changes.DrainToImmutable());
    }

    public Transition Finish(bool done)
    {
        var (next, changes) = Finish();
        return new Transition(next, new WriteResult(done, next.Index), changes);
    }

    private void Put(StoreEntry? existing, StoreKey key, ImmutableArray<byte> value, ulong flags, ulong lockIndex, string? session)
    {
        // One object for a key however often it is written.
        var entry = new StoreEntry(existing?.Key ?? key, value, flags, lockIndex, session, existing?.CreateIndex ?? Index, Index);
        if (existing is not null && existing.HasSameContent(entry))
            return;
        State = State with { Entries = State.Entries.Set(entry) };
        _changes.Add(new KeyChange(entry.Key, false) { Entries = (existing, entry) });
    }
}
