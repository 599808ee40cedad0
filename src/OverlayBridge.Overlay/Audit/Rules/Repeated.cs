namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>
/// What occurs more than once. Almost nothing does, so that only then groups are made; and the set of what was seen serves one question after
/// the other, for a large store asks one for each network. For one thread.
/// </summary>
/// <typeparam name="TKey">What items have in common.</typeparam>
internal sealed class Repeated<TKey>
    where TKey : notnull
{
    /// <summary>Tells the key of an item; false for one that is left out.</summary>
    public delegate bool KeyOf<in T>(T item, out TKey key);

    private readonly HashSet<TKey> _seen = [];

    /// <summary>The items of each key that more than one has, in their order.</summary>
    public IEnumerable<IGrouping<TKey, T>> Of<T>(IEnumerable<T> items, KeyOf<T> keyOf)
    {
        HashSet<TKey>? repeated = null;
        _seen.Clear();
        foreach (var item in items)
            if (keyOf(item, out var key) && !_seen.Add(key))
                (repeated ??= []).Add(key);
        return repeated is null ? [] : Groups(items, keyOf, repeated);
    }

    private static IEnumerable<IGrouping<TKey, T>> Groups<T>(IEnumerable<T> items, KeyOf<T> keyOf, HashSet<TKey> repeated) =>
        items.Where(item => keyOf(item, out var key) && repeated.Contains(key)).GroupBy(item => Key(item, keyOf));

    private static TKey Key<T>(T item, KeyOf<T> keyOf)
    {
        _ = keyOf(item, out var key);
        return key;
    }
}
