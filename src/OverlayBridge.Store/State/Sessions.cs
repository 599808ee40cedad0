using OverlayBridge.Store.Commands;

namespace OverlayBridge.Store.State;

/// <summary>Sessions and the locks they hold (Consul 1.8.7, measured: spec of its HTTP API, locks and sessions).</summary>
internal static class Sessions
{
    /// <summary>However long a session asks for, a lock is kept from others no longer than this.</summary>
    private static readonly TimeSpan MaxLockDelay = TimeSpan.FromSeconds(60);

    public static Transition Lock(StoreState state, LockCommand command)
    {
        if (!state.Sessions.ContainsKey(command.Session))
            return new Transition(state, new WriteResult(false, state.Index) { UnknownSession = true }, []);
        var run = new KeyRun(state);
        return run.Finish(run.Lock(command.Key, command.Value, command.Flags, command.Session));
    }

    public static Transition Create(StoreState state, StoreSession session)
    {
        var index = state.Index + 1;
        var created = session with { CreateIndex = index, ModifyIndex = index };
        var next = state with { Sessions = state.Sessions.SetItem(session.Id, created), Index = index, SessionIndex = index };
        return new Transition(next, new WriteResult(true, index), [new SessionsChange(session.Id, false)]);
    }

    /// <summary>
    /// Which keys a session holds is found by looking at all of them: sessions end seldom, and 100,000 keys are a few milliseconds.
    /// </summary>
    public static Transition Destroy(StoreState state, string id)
    {
        if (!state.Sessions.TryGetValue(id, out var session))
            return new Transition(state, new WriteResult(true, state.Index), []);
        var run = new KeyRun(state);
        run.Note(new SessionsChange(id, false), state with { Sessions = state.Sessions.Remove(id), SessionIndex = run.Index });
        foreach (var held in state.Entries.All().Where(entry => entry.Session == id).ToList())
        {
            if (session.DeletesKeys)
                run.Delete(held.Key, cas: null);
            else
                run.Release(held);
            if (session.LockDelay > 0)
                run.Note(new LockLost(held.Key, LockDelay(session)), run.State);
        }
        return run.Finish(done: true);
    }

    private static TimeSpan LockDelay(StoreSession session) =>
        session.LockDelay >= MaxLockDelay.TotalNanoseconds
            ? MaxLockDelay
            : TimeSpan.FromTicks(Math.Max(1, session.LockDelay / TimeSpan.NanosecondsPerTick));
}
