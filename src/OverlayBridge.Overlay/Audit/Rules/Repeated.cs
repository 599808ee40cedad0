namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>What occurs more than once. Almost nothing does, so that only then groups are made.</summary>
internal static class Repeated
{
    /// <summary>The items of each key that more than one has, in their order; those without a key are left out.</summary>
    public static IEnumerable<IGrouping<TKey, T>> Of<T, TKey>(IEnumerable<T> items, Func<T, TKey?> keyOf)
        where TKey : class => Of(items, keyOf, key => key!);

    /// <inheritdoc cref="Of{T, TKey}(IEnumerable{T}, Func{T, TKey?})"/>
    public static IEnumerable<IGrouping<TKey, T>> Of<T, TKey>(IEnumerable<T> items, Func<T, TKey?> keyOf)
        where TKey : struct => Of(items, keyOf, key => key!.Value);

    private static IEnumerable<IGrouping<TKey, T>> Of<T, TNullable, TKey>(
        IEnumerable<T> items, Func<T, TNullable> keyOf, Func<TNullable, TKey> known)
    {
        var (seen, repeated) = (new HashSet<TKey>(items.TryGetNonEnumeratedCount(out int count) ? count : 0), new HashSet<TKey>());
        foreach (var item in items)
            if (keyOf(item) is { } key && !seen.Add(known(key)))
                repeated.Add(known(key));
        return repeated.Count == 0 ? [] : items.Where(i => keyOf(i) is { } key && repeated.Contains(known(key))).GroupBy(i => known(keyOf(i)));
    }
}
