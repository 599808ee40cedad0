using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>
/// B and V made anew from everything that points at an address or VNI: claims of networks and endpoints, containers that
/// run, fences, and what the engines reserve themselves (spec: legacy overlay KV layout, §3).
/// </summary>
internal static class BitmapRebuild
{
    public static BitmapRecord Of(AuditSubject store, PoolRecords pool)
    {
        var bits = Kept(pool.Bitmap, pool.Id, pool.Pool.Length) ?? BitSequence.Create(pool.Pool.Length);
        bits = bits.Set(0);
        if (pool.Pool.Broadcast is { } broadcast)
            bits = bits.Set(broadcast);
        foreach (ulong ordinal in pool.Claims.Select(c => c.Ordinal).Concat(pool.Hints.Keys).Distinct().Order())
            bits = bits.Set(ordinal);
        foreach (var fence in store.Fences.Where(pool.Subnet.Contains))
            bits = bits.Set((ulong)(fence.First - pool.Subnet.First), pool.Pool.OrdinalOf(fence.Last) ?? pool.Pool.Length - 1);
        return new BitmapRecord(pool.Id, Counted(bits));
    }

    public static BitmapRecord OfVnis(AuditSubject store)
    {
        var kept = store.Store.VxlanIds;
        // A V made before 1.12 has 745 bits for ever.
        ulong length = BitmapCheck.VniLengths.FirstOrDefault(l => l == kept?.Value?.Sequence.Length, BitmapCheck.VniLengths[0]);
        var bits = Kept(kept, VniIndex.Id, length) ?? BitSequence.Create(length);
        foreach (var use in store.Vnis.Uses.Where(u => u.Vni >= VniViews.First && u.Vni - VniViews.First < length))
            bits = bits.Set(use.Vni - VniViews.First);
        return new BitmapRecord(VniIndex.Id, Counted(bits));
    }

    /// <summary>The same bits with the counter that they give.</summary>
    public static BitSequence Counted(BitSequence bits) => new(bits.Length, bits.Length - bits.CountSet(), bits.Runs);

    // Runs of count 0 and another id take nothing from the bits; runs that are too few or too many do.
    private static BitSequence? Kept(Filed<BitmapRecord>? filed, string id, ulong length) =>
        filed?.Value is { } bitmap && bitmap.Id == id && bitmap.Sequence.Length == length && bitmap.Sequence.BlocksRead == bitmap.Sequence.BlockCount
            ? bitmap.Sequence.Normalise()
            : null;
}
