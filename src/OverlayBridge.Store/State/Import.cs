using System.Collections.Immutable;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Store.State;

/// <summary>Index-exact import: the state after it is the source's, entry for entry and index for index.</summary>
internal static class Import
{
    public static Transition Apply(StoreState state, ImportCommand command)
    {
        var run = new Run(state);
        foreach (var operation in command.Operations)
            run.Apply(operation);
        return new Transition(run.State, new ImportResult(run.Applied, run.State.Index), run.Changes.ToImmutable());
    }

    /// <summary>An import under way. All lines that bring no index of their own share the one after the state's.</summary>
    private sealed class Run(StoreState state)
    {
        private readonly ulong _nextIndex = state.Index + 1;

        public StoreState State { get; private set; } = state;

        public int Applied { get; private set; }

        public ImmutableArray<Change>.Builder Changes { get; } = ImmutableArray.CreateBuilder<Change>();

        public void Apply(ImportOperation operation)
        {
            var before = State;
            State = operation switch
            {
                ImportSet set => Set(set.Entry),
                ImportDelete delete => Delete(delete),
                ImportSession session => SetSession(session.Session),
                ImportSessionDelete session => DeleteSession(session),
                ImportIndex index => LiftKeys(State, index.Index),
                _ => throw new ArgumentException($"No rule for {operation.GetType().Name}.", nameof(operation)),
            };
            if (!ReferenceEquals(before, State))
                Applied++;
        }

        private StoreState Set(StoreEntry imported)
        {
            var existing = State.Entries.Find(imported.Key);
            var entry = imported.ModifyIndex == 0 ? WithOwnIndexes(imported, existing) : imported;
            if (entry.CreateIndex == 0)
                entry = entry with { CreateIndex = existing?.CreateIndex ?? entry.ModifyIndex };
            if (entry.Equals(existing))
                return State;
            Changes.Add(new KeyChange(entry.Key, entry.ModifyIndex <= State.KeyIndex));
            return LiftKeys(State with { Entries = State.Entries.Set(entry) }, Math.Max(entry.CreateIndex, entry.ModifyIndex));
        }

        private StoreEntry WithOwnIndexes(StoreEntry imported, StoreEntry? existing) =>
            existing is not null && existing.HasSameContent(imported) ? existing : imported with { ModifyIndex = _nextIndex };

        private StoreState Delete(ImportDelete operation)
        {
            var existing = State.Entries.Find(operation.Key);
            var index = operation.Index == 0 ? _nextIndex : operation.Index;
            var known = Math.Max(State.Tombstones.Find(operation.Key)?.Index ?? 0, State.FloorOf(operation.Key));
            if (existing is null && (operation.Index == 0 || known >= index))
                return State;
            if (existing is not null)
                Changes.Add(new KeyChange(operation.Key, index <= State.KeyIndex));
            var next = State with { Entries = State.Entries.Remove(operation.Key) };
            if (known < index)
                next = next with { Tombstones = State.Tombstones.Set(new Tombstone(operation.Key, index)) };
            return LiftKeys(next, index);
        }

        private StoreState SetSession(StoreSession imported)
        {
            var existing = State.Sessions.GetValueOrDefault(imported.Id);
            var session = imported.ModifyIndex == 0 ? WithOwnIndexes(imported, existing) : imported;
            if (session.Equals(existing))
                return State;
            Changes.Add(new SessionsChange(session.Id, session.ModifyIndex <= State.SessionIndex));
            return LiftSessions(State with { Sessions = State.Sessions.SetItem(session.Id, session) }, session.ModifyIndex);
        }

        private StoreSession WithOwnIndexes(StoreSession imported, StoreSession? existing)
        {
            if (existing is null)
                return imported with { CreateIndex = _nextIndex, ModifyIndex = _nextIndex };
            var same = imported with { CreateIndex = existing.CreateIndex, ModifyIndex = existing.ModifyIndex };
            return same.Equals(existing) ? existing : same with { ModifyIndex = _nextIndex };
        }

        private StoreState DeleteSession(ImportSessionDelete operation)
        {
            if (!State.Sessions.ContainsKey(operation.Id))
                return State;
            Changes.Add(new SessionsChange(operation.Id, operation.Index <= State.SessionIndex));
            return LiftSessions(
                State with { Sessions = State.Sessions.Remove(operation.Id) },
                operation.Index == 0 ? _nextIndex : operation.Index);
        }

        private static StoreState LiftKeys(StoreState state, ulong index) =>
            index <= state.KeyIndex ? state
            : state with { KeyIndex = index, Index = Math.Max(index, state.Index) };

        private static StoreState LiftSessions(StoreState state, ulong index) =>
            state with { SessionIndex = Math.Max(index, state.SessionIndex), Index = Math.Max(index, state.Index) };
    }
}
