using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// The rules of Consul's KV (1.8.7) as a pure function. The same commands in the same order give the same state and the
/// same results on every node. A change takes the next index; a command that changes nothing takes none.
/// </summary>
public static class StateMachine
{
    /// <summary>With more first segments than this their floors become one for all, so that they cannot grow for ever.</summary>
    private const int MaxFloors = 1000;

    /// <summary>Never throws for what a client may send.</summary>
    public static Transition Apply(StoreState state, StoreCommand command) => command switch
    {
        SetCommand set => Set(state, set),
        DeleteCommand delete => Delete(state, delete),
        DeleteTreeCommand tree => DeleteTree(state, tree.Prefix),
        ImportCommand import => Import.Apply(state, import),
        ReapTombstonesCommand reap => Reap(state, reap.UpTo),
        _ => throw new ArgumentException($"No rule for {command.GetType().Name}.", nameof(command)),
    };

    private static Transition Set(StoreState state, SetCommand command)
    {
        var existing = state.Entries.Find(command.Key);
        if (command.Cas is { } cas && cas != (existing?.ModifyIndex ?? 0))
            return Unchanged(state, done: false);

        var index = state.Index + 1;
        var entry = new StoreEntry(
            command.Key, command.Value, command.Flags, 0, existing?.Session, existing?.CreateIndex ?? index, index);
        if (existing is not null && existing.HasSameContent(entry))
            return Unchanged(state, done: true);
        return Changed(state with { Entries = state.Entries.Set(entry) }, index, [new KeyChange(command.Key, false)]);
    }

    private static Transition Delete(StoreState state, DeleteCommand command)
    {
        var existing = state.Entries.Find(command.Key);
        if (existing is null)
            return Unchanged(state, done: true);
        if (command.Cas is { } cas && cas != existing.ModifyIndex)
            return Unchanged(state, done: false);

        var index = state.Index + 1;
        var next = state with
        {
            Entries = state.Entries.Remove(command.Key),
            Tombstones = state.Tombstones.Set(new Tombstone(command.Key, index)),
        };
        return Changed(next, index, [new KeyChange(command.Key, false)]);
    }

    private static Transition DeleteTree(StoreState state, StoreKey prefix)
    {
        var changes = state.Entries.Under(prefix).Select(Change (entry) => new KeyChange(entry.Key, false)).ToImmutableArray();
        if (changes.IsEmpty)
            return Unchanged(state, done: true);

        // One tombstone at the prefix stands for all: a prefix further down has neither entries nor older deletions left and
        // shows the index of all keys, which is not lower. The root needs none, it always shows the index of all keys.
        var index = state.Index + 1;
        var tombstones = state.Tombstones.RemovePrefix(prefix);
        var next = state with
        {
            Entries = state.Entries.RemovePrefix(prefix),
            Tombstones = prefix.IsEmpty ? tombstones : tombstones.Set(new Tombstone(prefix, index)),
        };
        return Changed(next, index, changes);
    }

    private static Transition Reap(StoreState state, ulong upTo)
    {
        var reaped = state.Tombstones.All().Where(tombstone => tombstone.Index <= upTo).ToList();
        if (reaped.Count == 0)
            return new Transition(state, new ReapResult(0), []);
        var next = state with
        {
            Tombstones = reaped.Aggregate(state.Tombstones, (left, tombstone) => left.Remove(tombstone.Key)),
            Floors = reaped.Aggregate(state.Floors, Raise),
        };
        return new Transition(next, new ReapResult(reaped.Count), []);
    }

    private static SortedTree<Tombstone> Raise(SortedTree<Tombstone> floors, Tombstone reaped)
    {
        var segment = reaped.Key.FirstSegment;
        if (floors.Find(segment)?.Index >= reaped.Index)
            return floors;
        var raised = floors.Set(new Tombstone(segment, reaped.Index));
        return raised.Count <= MaxFloors ? raised : SortedTree.FromOrdered([new Tombstone(StoreKey.Empty, raised.MaxIndex)]);
    }

    private static Transition Unchanged(StoreState state, bool done) =>
        new(state, new WriteResult(done, state.Index), []);

    private static Transition Changed(StoreState state, ulong index, ImmutableArray<Change> changes) =>
        new(state with { Index = index, KeyIndex = index }, new WriteResult(true, index), changes);
}
