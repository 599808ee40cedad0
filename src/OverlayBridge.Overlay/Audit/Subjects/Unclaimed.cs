using OverlayBridge.Legacy.Bitmaps;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>The set ordinals of a bitmap that nothing claims. Works on runs: the time is that of the separate ranges.</summary>
internal static class Unclaimed
{
    /// <summary>Ranges looked at in one bitmap; a hostile one can have 2^63.</summary>
    public const int MostRanges = 10_000;

    /// <summary>A range up to this long is told address by address.</summary>
    public const ulong LongestList = 256;

    /// <param name="claimed">By first ordinal; they may overlap.</param>
    /// <returns>Ascending, at most <see cref="MostRanges"/>.</returns>
    public static List<BitRange> Of(BitSequence bits, IReadOnlyList<BitRange> claimed)
    {
        var unclaimed = new List<BitRange>();
        int next = 0;
        foreach (var range in bits.SetRanges().Take(MostRanges))
        {
            ulong from = range.First;
            bool open = true;
            while (next < claimed.Count && claimed[next].Last < from)
                next++;
            for (int at = next; open && at < claimed.Count && claimed[at].First <= range.Last; at++)
            {
                if (claimed[at].First > from)
                    unclaimed.Add(new BitRange(from, claimed[at].First - 1));
                open = claimed[at].Last < range.Last;
                from = Math.Max(from, open ? claimed[at].Last + 1 : from);
            }
            if (open)
                unclaimed.Add(new BitRange(from, range.Last));
            if (unclaimed.Count >= MostRanges)
                return unclaimed[..MostRanges];
        }
        return unclaimed;
    }

    /// <summary>How many ordinals that are, at most 2^64−1.</summary>
    public static ulong Count(IEnumerable<BitRange> ranges) =>
        (ulong)UInt128.Min(ulong.MaxValue, ranges.Aggregate(UInt128.Zero, (sum, r) => sum + (r.Last - r.First) + 1));

    /// <summary>Short ranges cut into single ordinals, long ones as they are.</summary>
    public static IEnumerable<BitRange> Singles(IEnumerable<BitRange> ranges)
    {
        foreach (var range in ranges)
            if (range.Last - range.First >= LongestList)
                yield return range;
            else
                for (ulong offset = 0; offset <= range.Last - range.First; offset++)
                    yield return new BitRange(range.First + offset, range.First + offset);
    }
}
