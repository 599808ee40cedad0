using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts VNIs together from V and all O.</summary>
internal static class VniViews
{
    /// <summary>The VNI of ordinal 0 of V.</summary>
    public const uint First = 256;

    public static VniView Of(DecodedStore store)
    {
        var bits = store.VxlanIds?.Value?.Sequence;
        var used = new List<UsedVni>();
        foreach (var (id, overlay) in store.Overlays)
            foreach (var subnet in overlay.Value?.Subnets ?? [])
                if (subnet.Vni != 0)
                    used.Add(Used(subnet.Vni, subnet.Vni, bits) with { NetworkId = id, Subnet = subnet.Subnet });
        used.Sort(InOrder);
        var (unclaimed, truncated) = bits is null ? ([], false) : Unclaimed(bits, used);
        used.AddRange(unclaimed);
        used.Sort(InOrder);
        return new VniView
        {
            HasBitmap = bits is not null,
            Size = bits?.Length,
            FreeCounter = bits?.Unselected,
            Used = [.. used],
            Truncated = truncated,
        };
    }

    private static int InOrder(UsedVni a, UsedVni b) =>
        a.Vni.CompareTo(b.Vni) is not 0 and var vni ? vni
        : KeyOrder.Instance.Compare(a.NetworkId, b.NetworkId) is not 0 and var network ? network
        : KeyOrder.Instance.Compare(a.Subnet, b.Subnet);

    private static (List<UsedVni> Ranges, bool Truncated) Unclaimed(BitSequence bits, List<UsedVni> assigned)
    {
        var unclaimed = new List<UsedVni>();
        int seen = 0, next = 0;
        // A VNI has 24 bits; whatever a damaged header promises beyond is none.
        foreach (var range in bits.SetRanges().TakeWhile(r => r.First <= Last - First))
        {
            if (seen++ == PoolViews.MostRanges)
                return (unclaimed, true);
            uint from = (uint)range.First + First, last = (uint)Math.Min(range.Last, Last - First) + First;
            while (next < assigned.Count && assigned[next].Vni < from)
                next++;
            for (; next < assigned.Count && assigned[next].Vni <= last; from = assigned[next++].Vni + 1)
                if (assigned[next].Vni > from)
                    unclaimed.Add(Used(from, assigned[next].Vni - 1, bits));
            if (from <= last)
                unclaimed.Add(Used(from, last, bits));
        }
        return (unclaimed, false);
    }

    private const uint Last = (1 << 24) - 1;

    private static UsedVni Used(uint vni, uint last, BitSequence? bits) => new()
    {
        Vni = vni,
        LastVni = last,
        InBitmap = bits is null || vni < First ? null : vni - First < bits.Length && bits.IsSet(vni - First),
    };
}
