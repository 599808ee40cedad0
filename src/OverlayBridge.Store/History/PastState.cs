using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.History;

/// <summary>What a store held at an earlier index; <see cref="LifeSigns"/> are as they are now.</summary>
/// <param name="Index">The index asked for.</param>
/// <param name="Sessions">In order of their ids.</param>
public sealed record PastState(ulong Index, SortedTree<StoreEntry> Entries, IReadOnlyList<StoreSession> Sessions)
{
    /// <summary>
    /// Takes all later changes back. Where several commands left the index as it was, as an import can, it is the state after the last of them.
    /// </summary>
    /// <returns>Null when the history does not reach so far back, or the index has not come yet.</returns>
    public static PastState? At(StoreState state, ulong index)
    {
        if (index < state.History.Floor || index > state.Index)
            return null;
        var entries = new Dictionary<StoreKey, StoreEntry?>();
        var sessions = new Dictionary<string, StoreSession?>(StringComparer.Ordinal);
        // Backward: what a key was before the earliest of its changes is what stays.
        foreach (var (_, change) in state.History.Backward())
        {
            if (change.Index <= index)
                break;
            if (change is RecordedKeyChange key)
                entries[key.Key] = key.Before;
            else if (change is RecordedSessionChange session)
                sessions[session.Id] = session.Before;
        }
        var past = entries.Aggregate(
            state.Entries, static (all, former) => former.Value is { } entry ? all.Set(entry) : all.Remove(former.Key));
        var pastSessions = sessions.Aggregate(
            state.Sessions, static (all, former) => former.Value is { } session ? all.SetItem(former.Key, session) : all.Remove(former.Key));
        return new PastState(index, past, [.. pastSessions.Values]);
    }
}
