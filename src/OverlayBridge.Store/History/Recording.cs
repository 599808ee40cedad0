using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.History;

/// <summary>
/// Notes what a command changed. It looks at the state before and after and at nothing else, so the rules of the state machine know nothing
/// of it, and every node notes the same.
/// </summary>
public static class Recording
{
    /// <summary>The state after a command, its history included.</summary>
    /// <param name="at">Milliseconds since 1970 by the clock of the node that led; 0 when the log does not say.</param>
    public static StoreState Note(StoreState before, Transition transition, Origin by, long at)
    {
        var after = transition.State;
        if (transition.Changes.IsEmpty)
            return after;
        var changes = transition.Changes.Any(static change => change is WholeStateChange)
            ? WholeState(before, after, by with { Kind = OriginKind.Restore }, at)
            : Single(before, transition, by, at);
        return changes.Count == 0 ? after : after with { History = after.History.Append(changes) };
    }

    private static List<RecordedChange> Single(StoreState before, Transition transition, Origin by, long at)
    {
        var after = transition.State;
        if (transition.Changes is [KeyChange { Entries: var (former, present) } only])
            return OfKey(only.Key, former, present, after.Index, by, at) is { } change ? [change] : [];
        var noted = transition.Changes.Length > 1 ? new HashSet<object>() : null;
        var changes = new List<RecordedChange>(transition.Changes.Length);
        foreach (var change in transition.Changes)
        {
            switch (change)
            {
                // What one command does to a key more than once is one change.
                case KeyChange key when noted?.Add(key.Key) != false:
                    if (OfKey(key.Key, before.Entries.Find(key.Key), after.Entries.Find(key.Key), after.Index, by, at) is { } ofKey)
                        changes.Add(ofKey);
                    break;
                case SessionsChange session when noted?.Add(session.Id) != false:
                    if (OfSession(session.Id, before, after, by, at) is { } ofSession)
                        changes.Add(ofSession);
                    break;
            }
        }
        return changes;
    }

    /// <summary>Entry by entry what a restore replaced.</summary>
    private static List<RecordedChange> WholeState(StoreState before, StoreState after, Origin by, long at)
    {
        var changes = new List<RecordedChange>();
        foreach (var (former, present) in Pairs(before.Entries, after.Entries))
            if (OfKey((former ?? present)!.Key, former, present, after.Index, by, at) is { } ofKey)
                changes.Add(ofKey);
        foreach (var id in before.Sessions.Keys.Union(after.Sessions.Keys, StringComparer.Ordinal))
            if (OfSession(id, before, after, by, at) is { } ofSession)
                changes.Add(ofSession);
        return changes;
    }

    private static IEnumerable<(StoreEntry? Former, StoreEntry? Present)> Pairs(SortedTree<StoreEntry> before, SortedTree<StoreEntry> after)
    {
        using var left = before.All().GetEnumerator();
        using var right = after.All().GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : left.Current.Key.CompareTo(right.Current.Key);
            yield return (order <= 0 ? left.Current : null, order >= 0 ? right.Current : null);
            if (order <= 0)
                hasLeft = left.MoveNext();
            if (order >= 0)
                hasRight = right.MoveNext();
        }
    }

    /// <summary>Null for what is no change in the end, and for what the history leaves out.</summary>
    private static RecordedKeyChange? OfKey(StoreKey key, StoreEntry? before, StoreEntry? after, ulong index, Origin by, long at) =>
        Equals(before, after) || LifeSigns.Contain(key) || key.StartsWith(ReservedKeys.Tokens)
            ? null
            : new RecordedKeyChange(index, at, by, key, before, after);

    private static RecordedSessionChange? OfSession(string id, StoreState before, StoreState after, Origin by, long at)
    {
        var (former, present) = (before.Sessions.GetValueOrDefault(id), after.Sessions.GetValueOrDefault(id));
        return Equals(former, present) ? null : new RecordedSessionChange(after.Index, at, by, id, former, present);
    }
}
