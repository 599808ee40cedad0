using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>Transactions (Consul 1.8.7, measured): every failing operation is named, and one is enough for nothing to be done.</summary>
internal static class Transactions
{
    public static Transition Apply(StoreState state, TransactionCommand command)
    {
        var run = new KeyRun(state);
        var results = ImmutableArray.CreateBuilder<TransactionEntry>();
        var errors = ImmutableArray.CreateBuilder<TransactionError>();
        for (var i = 0; i < command.Operations.Length; i++)
            if (Apply(run, command.Operations[i], results) is { } error)
                errors.Add(error with { Operation = i });
        if (errors.Count > 0)
            return new Transition(state, new TransactionResult([], errors.ToImmutable(), state.Index), []);
        var (next, changes) = run.Finish();
        return new Transition(next, new TransactionResult(results.ToImmutable(), [], next.Index), changes);
    }

    /// <summary>What is wrong whatever the store holds, and with locks the leader's verdict: listed alone, before anything is tried.</summary>
    public static ImmutableArray<TransactionError> EarlyErrors(ImmutableArray<TransactionOperation> operations, Func<StoreKey, bool> isDelayed) =>
    [
        .. operations.Index().Select(operation => (operation.Index, Fault: EarlyFault(operation.Item, isDelayed)))
            .Where(static found => found.Fault is not null)
            .Select(static found => new TransactionError(found.Index, found.Fault!.Value)),
    ];

    private static TransactionFault? EarlyFault(TransactionOperation operation, Func<StoreKey, bool> isDelayed) => operation.Verb switch
    {
        TransactionVerb.DeleteTree => null,
        _ when operation.Key.IsEmpty => TransactionFault.MissingKey,
        TransactionVerb.Lock when isDelayed(operation.Key) => TransactionFault.LockDelayed,
        _ => null,
    };

    private static TransactionError? Apply(KeyRun run, TransactionOperation operation, ImmutableArray<TransactionEntry>.Builder results)
    {
        var existing = run.Find(operation.Key);
        switch (operation.Verb)
        {
            case TransactionVerb.Get:
                return existing is null ? Error(TransactionFault.NotFound) : Show(existing, value: true);
            case TransactionVerb.GetTree:
                results.AddRange(run.State.Entries.Under(operation.Key).Select(static entry => new TransactionEntry(entry, ShowsValue: true)));
                return null;
            case TransactionVerb.CheckIndex or TransactionVerb.CheckSession or TransactionVerb.CheckNotExists:
                return Check(operation, existing) ?? (existing is null ? null : Show(existing, value: false));
            case TransactionVerb.Delete:
                run.Delete(operation.Key, cas: null);
                return null;
            case TransactionVerb.DeleteCas:
                return run.Delete(operation.Key, operation.Index) ? null : Error(TransactionFault.StaleIndex);
            case TransactionVerb.DeleteTree:
                run.DeleteTree(operation.Key);
                return null;
            case TransactionVerb.Unknown:
                return Error(TransactionFault.UnknownVerb);
            default:
                return Write(run, operation) ?? Show(run.Find(operation.Key)!, value: false);
        }

        TransactionError? Show(StoreEntry entry, bool value)
        {
            results.Add(new TransactionEntry(entry, value));
            return null;
        }
    }

    private static TransactionError? Check(TransactionOperation operation, StoreEntry? existing) => (operation.Verb, existing) switch
    {
        (TransactionVerb.CheckNotExists, null) => null,
        (TransactionVerb.CheckNotExists, _) => Error(TransactionFault.Exists),
        (_, null) => Error(TransactionFault.NotFound),
        (TransactionVerb.CheckIndex, _) when existing.ModifyIndex != operation.Index =>
            new TransactionError(0, TransactionFault.WrongIndex, existing.ModifyIndex),
        (TransactionVerb.CheckSession, _) when (existing.Session ?? "") != operation.Session =>
            new TransactionError(0, TransactionFault.WrongSession, Session: existing.Session ?? ""),
        _ => null,
    };

    private static TransactionError? Write(KeyRun run, TransactionOperation operation)
    {
        var (key, value, flags, session) = (operation.Key, operation.Value, operation.Flags, operation.Session);
        switch (operation.Verb)
        {
            case TransactionVerb.Cas:
                return run.Set(key, value, flags, operation.Index) ? null : Error(TransactionFault.StaleIndex);
            case TransactionVerb.Lock or TransactionVerb.Unlock when session.Length == 0:
                return Error(TransactionFault.MissingSession);
            case TransactionVerb.Lock when !run.State.Sessions.ContainsKey(session):
                return Error(TransactionFault.UnknownSession);
            case TransactionVerb.Lock:
                return run.Lock(key, value, flags, session) ? null : Error(TransactionFault.LockHeld);
            case TransactionVerb.Unlock:
                return run.Unlock(key, value, flags, session) ? null : Error(TransactionFault.NotHolder);
            default:
                run.Set(key, value, flags, cas: null);
                return null;
        }
    }

    private static TransactionError Error(TransactionFault fault) => new(0, fault);
}
