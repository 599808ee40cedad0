using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;

namespace OverlayBridge.Store.State;

/// <summary>
/// A snapshot takes the place of the state, at once for all readers. Keys, flags, indexes, locks and sessions are those of the snapshot;
/// the store's own index goes on, above every one that was ever given out, so that nobody who waits with a later index misses the restore.
/// </summary>
internal static class Restores
{
    public static Transition Stage(StoreState state, StageRestoreCommand command)
    {
        var staged = command.Part == 0 ? new StagedRestore(command.Restore, []) : state.Staged;
        if (staged?.Id != command.Restore || staged.Parts.Count != command.Part)
            return new Transition(state, new WriteResult(false, state.Index), []);
        return new Transition(
            state with { Staged = staged with { Parts = staged.Parts.Add(command.Bytes) } }, new WriteResult(true, state.Index), []);
    }

    public static Transition Drop(StoreState state, DropRestoreCommand command) => new(
        state.Staged?.Id == command.Restore ? state with { Staged = null } : state, new WriteResult(true, state.Index), []);

    public static Transition Apply(StoreState state, RestoreCommand command)
    {
        if (state.Staged is not { } staged || staged.Id != command.Restore || staged.Parts.Count != command.Parts)
            return Refused(state, "Another restore came in between; nothing was restored");
        state = state with { Staged = null };
        try
        {
            var next = Replace(state, SnapshotFormat.Decode(staged.Whole()));
            return new Transition(next, new RestoreResult(null, next.Index), [new WholeStateChange()]);
        }
        catch (DamagedDataException e)
        {
            return Refused(state, e.Message);
        }
    }

    private static Transition Refused(StoreState state, string reason) => new(state, new RestoreResult(reason, state.Index), []);

    private static StoreState Replace(StoreState current, StoreState snapshot)
    {
        var index = Math.Max(current.Index, snapshot.Index) + 1;
        var tookOver = current.Mode.Role == StoreRole.TakenOver;
        return snapshot with
        {
            Entries = Kept(current, tookOver).Aggregate(snapshot.Entries, (entries, prefix) => Keep(entries, current, prefix)),
            Tombstones = SortedTree.Empty<Tombstone>(),
            // Every prefix shows at least the index of the restore.
            Floors = SortedTree.FromOrdered([new Tombstone(StoreKey.Empty, index)]),
            Sessions = tookOver ? Adopted(snapshot) : snapshot.Sessions,
            Index = index,
            KeyIndex = index,
            SessionIndex = index,
            RestoreIndex = index,
            Mode = tookOver ? current.Mode : snapshot.Mode,
            Staged = null,
            // What the snapshot remembers is of another past.
            History = current.History,
        };
    }

    /// <summary>
    /// What is not the snapshot's to say: where the nodes are reached; a takeover that has happened, as the engines already write here; and who
    /// is let in, unless nobody has been asked so far.
    /// </summary>
    private static IEnumerable<StoreKey> Kept(StoreState current, bool tookOver)
    {
        yield return ReservedKeys.Members;
        if (tookOver)
            yield return ReservedKeys.Takeover;
        if (current.Entries.Under(ReservedKeys.Tokens).Any())
            yield return ReservedKeys.Tokens;
    }

    private static SortedTree<StoreEntry> Keep(SortedTree<StoreEntry> entries, StoreState current, StoreKey prefix) =>
        current.Entries.Under(prefix).Aggregate(entries.RemovePrefix(prefix), static (all, entry) => all.Set(entry));

    /// <summary>After a takeover nobody else ends them.</summary>
    private static System.Collections.Immutable.ImmutableSortedDictionary<string, StoreSession> Adopted(StoreState snapshot) =>
        snapshot.Sessions.SetItems(snapshot.Sessions.Values.Where(static session => session.Imported)
            .Select(static session => KeyValuePair.Create(session.Id, session with { Imported = false })));
}
