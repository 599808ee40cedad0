using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>What to do in one kernel table.</summary>
/// <param name="Add">Wanted and not there.</param>
/// <param name="Replace">Wanted, and something else is there under the same address.</param>
/// <param name="Remove">Ours, still there as we made it, and no longer wanted.</param>
/// <param name="Owned">What is ours when the plan was carried out.</param>
public sealed record EntryPlan<T>(ImmutableArray<T> Add, ImmutableArray<T> Replace, ImmutableArray<T> Remove, ImmutableArray<T> Owned)
    where T : class
{
    public bool IsEmpty => Add.IsEmpty && Replace.IsEmpty && Remove.IsEmpty;

    // The order of the result is that of the arguments; of equal keys in one argument the last counts.
    internal static EntryPlan<T> Between<TKey>(
        IEnumerable<T> desired, IEnumerable<T> owned, IEnumerable<T> present, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var (wanted, ours, there) = (ByKey(desired, keyOf), ByKey(owned, keyOf), ByKey(present, keyOf));
        ImmutableArray<T> add = [.. wanted.Values.Where(e => !there.ContainsKey(keyOf(e)))];
        ImmutableArray<T> replace = [.. wanted.Values.Where(e => there.TryGetValue(keyOf(e), out var other) && !other.Equals(e))];
        // An entry of ours that somebody replaced is theirs: it stays.
        ImmutableArray<T> remove = [.. ours.Values.Where(e =>
            !wanted.ContainsKey(keyOf(e)) && there.TryGetValue(keyOf(e), out var same) && same.Equals(e))];
        // What stood there as wanted before we came is not ours to remove later.
        var kept = wanted.Values.Where(e => ours.TryGetValue(keyOf(e), out var mine) && mine.Equals(e));
        return new EntryPlan<T>(add, replace, remove, [.. kept.Union(add).Union(replace)]);
    }

    private static Dictionary<TKey, T> ByKey<TKey>(IEnumerable<T> entries, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var byKey = new Dictionary<TKey, T>();
        foreach (var entry in entries)
            byKey[keyOf(entry)] = entry;
        return byKey;
    }
}
