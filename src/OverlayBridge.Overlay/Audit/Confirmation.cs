using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Audit;

/// <summary>
/// Keeps what two reads of a live store, seconds apart, both show. What is true for milliseconds in ordinary operations
/// (<see cref="AuditRule.Transient"/>) must stand on records that did not change in between.
/// </summary>
internal static class Confirmation
{
    /// <summary>Whether the second read has anything new to tell.</summary>
    public static bool IsNeeded(StoreImage first, StoreImage? again) => again is not null && !first.Entries.SequenceEqual(again.Entries);

    /// <param name="restless">Those that both reads show, but that cannot be judged, for their records changed.</param>
    public static ImmutableArray<Observation> Of(
        StoreImage first, ImmutableArray<Observation> seen, StoreImage again, ImmutableArray<Observation> seenAgain,
        out ImmutableArray<Observation> restless)
    {
        var messages = seenAgain.ToLookup(o => (o.Rule.Number, o.Subject), o => o.Message);
        var both = seen.Where(o => messages.Contains((o.Rule.Number, o.Subject))).ToList();
        var stable = both.Where(o => !o.Rule.Transient ||
            (messages[(o.Rule.Number, o.Subject)].Contains(o.Message) && o.Keys.All(key => IsSame(first, again, key)))).ToHashSet();
        restless = [.. both.Where(o => !stable.Contains(o))];
        return [.. both.Where(stable.Contains)];
    }

    private static bool IsSame(StoreImage first, StoreImage again, string key) => Equals(Find(first, key), Find(again, key));

    private static KeyValueEntry? Find(StoreImage image, string key)
    {
        int low = 0, high = image.Entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = KeyOrder.Instance.Compare(image.Entries[middle].Key, key);
            if (order == 0)
                return image.Entries[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }
}
