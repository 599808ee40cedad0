using System.Globalization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Finds the bits that a fault's subject names.</summary>
internal static class Ordinals
{
    /// <summary>The pool of <c>POOL</c>, <c>POOL ADDRESS</c> or <c>POOL FIRST-LAST</c>.</summary>
    public static PoolRecords? PoolOf(AuditSubject store, Observation seen) => store.Pools.Find(seen.Subject.Split(' ')[0]);

    /// <summary>The ordinals of <c>POOL ADDRESS</c> or <c>POOL FIRST-LAST</c>; null when there is none such.</summary>
    public static BitRange? OfAddresses(PoolRecords pool, Observation seen)
    {
        string[] ends = seen.Subject[(seen.Subject.IndexOf(' ', StringComparison.Ordinal) + 1)..].Split('-');
        return Of(pool, ends[0]) is { } first && Of(pool, ends[^1]) is { } last && first <= last ? new BitRange(first, last) : null;
    }

    /// <summary>The ordinals in V of <c>VNI</c> or <c>FIRST-LAST</c>; null when it has none.</summary>
    public static BitRange? OfVnis(Observation seen)
    {
        string[] ends = seen.Subject.Split('-');
        return ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong first) && first >= VniViews.First &&
            ulong.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last) && first <= last
            ? new BitRange(first - VniViews.First, last - VniViews.First)
            : null;
    }

    private static ulong? Of(PoolRecords pool, string text) =>
        Cidr.TryParseAddress(text, out var address) ? pool.Pool.OrdinalOf(AddressNumber.Of(address)) : null;
}
