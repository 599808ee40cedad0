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
        var assigned = (from overlay in store.Overlays
                        from subnet in overlay.Value.Value?.Subnets ?? []
                        where subnet.Vni != 0
                        select Used(subnet.Vni, subnet.Vni, bits) with { NetworkId = overlay.Key, Subnet = subnet.Subnet }).ToList();
        var (unclaimed, truncated) = bits is null ? ([], false) : Unclaimed(bits, [.. assigned.Select(a => a.Vni)]);
        return new VniView
        {
            HasBitmap = bits is not null,
            Size = bits?.Length,
            FreeCounter = bits?.Unselected,
            Used =
            [
                .. assigned.Concat(unclaimed).OrderBy(v => v.Vni)
                    .ThenBy(v => v.NetworkId, KeyOrder.Instance).ThenBy(v => v.Subnet, KeyOrder.Instance),
            ],
            Truncated = truncated,
        };
    }

    private static (List<UsedVni> Ranges, bool Truncated) Unclaimed(BitSequence bits, SortedSet<uint> assigned)
    {
        var unclaimed = new List<UsedVni>();
        int seen = 0;
        // A VNI has 24 bits; whatever a damaged header promises beyond is none.
        foreach (var range in bits.SetRanges().TakeWhile(r => r.First <= Last - First))
        {
            if (seen++ == PoolViews.MostRanges)
                return (unclaimed, true);
            uint from = (uint)range.First + First, last = (uint)Math.Min(range.Last, Last - First) + First;
            foreach (uint vni in assigned.GetViewBetween(from, last))
            {
                if (vni > from)
                    unclaimed.Add(Used(from, vni - 1, bits));
                from = vni + 1;
            }
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
