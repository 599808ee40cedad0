using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Kv;

/// <summary>The answer to <c>?keys</c>: the keys below a prefix, each cut behind the next separator.</summary>
internal static class KeyList
{
    /// <param name="keys">All with the prefix, in byte order.</param>
    /// <param name="separator">Empty: nothing is cut.</param>
    /// <returns>A cut key includes the separator and stands there once.</returns>
    public static IReadOnlyList<StoreKey> Of(IEnumerable<StoreKey> keys, StoreKey prefix, StoreKey separator)
    {
        if (separator.IsEmpty)
            return [.. keys];
        var cut = new List<StoreKey>();
        foreach (var key in keys)
        {
            var end = key.Span[prefix.Length..].IndexOf(separator.Span);
            var shown = end < 0 ? key : StoreKey.FromBytes(key.Span[..(prefix.Length + end + separator.Length)]);
            if (cut.Count == 0 || cut[^1] != shown)
                cut.Add(shown);
        }
        return cut;
    }
}
