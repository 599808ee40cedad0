using System.Globalization;
using OverlayBridge.Legacy.Keys;

namespace OverlayBridge.Migration.Import;

/// <summary>Says what keys stand for, so that a person sees at once whether their going was meant.</summary>
internal static class LostKeys
{
    /// <summary><c>30 endpoints, 2 networks, 7 other keys</c>; the most telling first.</summary>
    public static string Describe(IEnumerable<string> keys)
    {
        var counts = keys.CountBy(static key => Kind(LegacyKey.Parse(key))).ToDictionary();
        return string.Join(", ", Kinds.Where(counts.ContainsKey).Select(kind => Text(counts[kind], kind)));
    }

    private static readonly string[] Kinds = ["network", "endpoint", "host", "pool", "other key"];

    private static string Kind(LegacyKey key) => key switch
    {
        NetworkKey => "network",
        EndpointKey => "endpoint",
        NodeKey => "host",
        AddressBitmapKey => "pool",
        _ => "other key",
    };

    private static string Text(int count, string kind) => string.Create(CultureInfo.InvariantCulture, $"{count} {kind}{(count == 1 ? "" : "s")}");
}
