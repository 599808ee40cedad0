using OverlayBridge.Store.Commands;

namespace OverlayBridge.Store.State;

/// <summary>
/// What a mode refuses, and how modes change. It is decided here, in log order, so that no write can slip in beside a change of mode.
/// </summary>
internal static class Modes
{
    /// <summary>Why the mode refuses a command; null when it does not.</summary>
    public static string? Refusal(StoreState state, StoreCommand command) => state.Mode.Role switch
    {
        StoreRole.Standby when WritesCovered(state, command) =>
            $"this store follows {state.Mode.Source} and takes no writes under '{state.Mode.Prefix}' before it takes over: write to {state.Mode.Source}, see 'overlaybridge takeover status'",
        StoreRole.Standby when command is SetStandbyCommand other && other.Prefix != state.Mode.Prefix =>
            $"this store follows '{state.Mode.Prefix}' of {state.Mode.Source}: it follows one store at a time, not also '{other.Prefix}' of {other.Source}",
        StoreRole.TakenOver when command is ImportCommand import && import.Operations.Any(operation => Imports(state.Mode, operation)) =>
            $"this store has taken over '{state.Mode.Prefix}' from {state.Mode.Source}: imports there are refused",
        StoreRole.TakenOver when command is SetStandbyCommand =>
            $"this store has taken over '{state.Mode.Prefix}' from {state.Mode.Source}: it follows no other store any more",
        _ => null,
    };

    public static Transition SetStandby(StoreState state, SetStandbyCommand command)
    {
        var mode = new StoreMode(StoreRole.Standby, command.Prefix, command.Source);
        return mode == state.Mode
            ? new Transition(state, new WriteResult(true, state.Index), [])
            : new Transition(state with { Mode = mode }, new WriteResult(true, state.Index), []);
    }

    public static Transition Flip(StoreState state, FlipCommand command)
    {
        var fault = FaultOf(state, command);
        if (fault != FlipOutcome.Flipped)
            return new Transition(state, new FlipResult(fault, state.Index), []);
        var run = new KeyRun(state);
        run.Set(command.Record, command.Value, flags: 0, command.RecordIndex);
        var (next, changes) = run.Finish();
        var adopted = next.Sessions.Values.Where(static session => session.Imported)
            .Select(static session => KeyValuePair.Create(session.Id, session with { Imported = false }));
        next = next with
        {
            Sessions = next.Sessions.SetItems(adopted),
            Mode = next.Mode with { Role = StoreRole.TakenOver },
        };
        return new Transition(next, new FlipResult(FlipOutcome.Flipped, next.Index), changes);
    }

    private static FlipOutcome FaultOf(StoreState state, FlipCommand command) =>
        state.Mode.Role != StoreRole.Standby || state.Mode.Prefix != command.Prefix ? FlipOutcome.NotStandby
        : state.Entries.Find(command.Record)?.ModifyIndex != command.RecordIndex ? FlipOutcome.RecordChanged
        : ContentDigest.Of(state) != command.Content ? FlipOutcome.ContentDiffers
        : FlipOutcome.Flipped;

    private static bool WritesCovered(StoreState state, StoreCommand command) => command switch
    {
        SetCommand set => state.Mode.Covers(set.Key),
        DeleteCommand delete => state.Mode.Covers(delete.Key),
        DeleteTreeCommand tree => state.Mode.CoversSomeUnder(tree.Prefix),
        LockCommand take => state.Mode.Covers(take.Key),
        UnlockCommand give => state.Mode.Covers(give.Key),
        TransactionCommand transaction => transaction.Operations.Any(operation => Writes(state.Mode, operation)),
        DestroySessionCommand destroy => Ends(state, destroy.Id),
        _ => false,
    };

    private static bool Writes(StoreMode mode, TransactionOperation operation) =>
        !operation.IsRead && (operation.Verb == TransactionVerb.DeleteTree ? mode.CoversSomeUnder(operation.Key) : mode.Covers(operation.Key));

    /// <summary>The end of a session changes the keys it holds; an imported one is the other store's affair.</summary>
    private static bool Ends(StoreState state, string id) =>
        state.Sessions.TryGetValue(id, out var session) &&
        (session.Imported || state.Entries.Under(state.Mode.Prefix).Any(entry => entry.Session == id && state.Mode.Covers(entry.Key)));

    /// <summary>Sessions have no prefix: those of the engines live here now, and no other store may end or change them.</summary>
    private static bool Imports(StoreMode mode, ImportOperation operation) => operation switch
    {
        ImportSet set => mode.Covers(set.Entry.Key),
        ImportDelete delete => mode.Covers(delete.Key),
        ImportSession or ImportSessionDelete => true,
        _ => false,
    };
}
