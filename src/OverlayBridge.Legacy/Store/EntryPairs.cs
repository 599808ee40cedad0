using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Store;

/// <summary>Two lists of entries side by side.</summary>
public static class EntryPairs
{
    /// <summary>Walks two lists, each in byte order of the key; one of a pair is null where its list lacks the key.</summary>
    public static IEnumerable<(KeyValueEntry? Left, KeyValueEntry? Right)> Of(ImmutableArray<KeyValueEntry> left, ImmutableArray<KeyValueEntry> right)
    {
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            var order = i == left.Length ? 1 : j == right.Length ? -1 : KeyValueEntry.CompareKeys(left[i], right[j]);
            yield return (order <= 0 ? left[i] : null, order >= 0 ? right[j] : null);
            (i, j) = (i + (order <= 0 ? 1 : 0), j + (order >= 0 ? 1 : 0));
        }
    }
}
