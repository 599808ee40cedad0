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
    public static Transition Apply(StoreState state, StoreCommand command) =>
        Modes.Refusal(state, command) is { } reason ? new Transition(state, new ModeRefusal(reason), []) : Carry(state, command);

    private static Transition Carry(StoreState state, StoreCommand command) => command switch
    {
        SetCommand set => Write(state, run => run.Set(set.Key, set.Value, set.Flags, set.Cas)),
        DeleteCommand delete => Write(state, run => run.Delete(delete.Key, delete.Cas)),
        DeleteTreeCommand tree => DeleteTree(state, tree.Prefix),
        LockCommand take => Sessions.Lock(state, take),
        UnlockCommand give => Write(state, run => run.Unlock(give.Key, give.Value, give.Flags, give.Session)),
        CreateSessionCommand create => Sessions.Create(state, create.Session),
        DestroySessionCommand destroy => Sessions.Destroy(state, destroy.Id),
        TransactionCommand transaction => Transactions.Apply(state, transaction),
        ImportCommand import => Import.Apply(state, import),
        SetStandbyCommand standby => Modes.SetStandby(state, standby),
        FlipCommand flip => Modes.Flip(state, flip),
        StageRestoreCommand part => Restores.Stage(state, part),
        RestoreCommand restore => Restores.Apply(state, restore),
        DropRestoreCommand drop => Restores.Drop(state, drop),
        ReapTombstonesCommand reap => Reap(state, reap.UpTo),
        SetHistoryLimitsCommand limits => SetHistoryLimits(state, limits),
        _ => throw new ArgumentException($"No rule for {command.GetType().Name}.", nameof(command)),
    };

    private static Transition Write(StoreState state, Func<KeyRun, bool> write)
    {
        var run = new KeyRun(state);
        return run.Finish(write(run));
    }

    private static Transition DeleteTree(StoreState state, StoreKey prefix)
    {
        var run = new KeyRun(state);
        run.DeleteTree(prefix);
        return run.Finish(done: true);
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

    private static Transition SetHistoryLimits(StoreState state, SetHistoryLimitsCommand command) => new(
        state.History.Limits == command.Limits ? state : state with { History = state.History.With(command.Limits, command.At) },
        new WriteResult(true, state.Index), []);

    private static SortedTree<Tombstone> Raise(SortedTree<Tombstone> floors, Tombstone reaped)
    {
        var segment = reaped.Key.FirstSegment;
        if (floors.Find(segment)?.Index >= reaped.Index)
            return floors;
        var raised = floors.Set(new Tombstone(segment, reaped.Index));
        return raised.Count <= MaxFloors ? raised : SortedTree.FromOrdered([new Tombstone(StoreKey.Empty, raised.MaxIndex)]);
    }
}
