using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>Whether a decoded B or V can be what its key says (spec §3).</summary>
internal static class BitmapCheck
{
    /// <summary>Length of V since 1.12, and of one made before, which keeps it for ever.</summary>
    public static readonly ulong[] VniLengths = [16776960, 745];

    /// <summary>Everything wrong with a readable one, a clause each; none when its bits can be believed.</summary>
    public static IEnumerable<string> FaultsOf(BitmapRecord bitmap, string id, params ulong[] lengths)
    {
        var bits = bitmap.Sequence;
        if (bitmap.Id != id)
            yield return $"its id is \"{bitmap.Id}\" and not \"{id}\"";
        if (!lengths.Contains(bits.Length))
            yield return $"it has {bits.Length} bits and not {string.Join(" or ", lengths)}";
        if (bits.BlocksRead != bits.BlockCount)
            yield return $"its runs hold {bits.BlocksRead} blocks and not {bits.BlockCount}";
        if (bits.Runs.Any(run => run.Count == 0))
            yield return "it has a run of count 0, which engines mend when they start";
    }

    /// <summary>The bits, when there is nothing wrong with them.</summary>
    public static BitSequence? Sound(Filed<BitmapRecord>? filed, string id, params ulong[] lengths) =>
        filed?.Value is { } bitmap && !FaultsOf(bitmap, id, lengths).Any() ? bitmap.Sequence : null;
}
