using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>B or V cannot be decoded, or cannot be the bitmap of its key (spec §3).</summary>
internal sealed class Rule06UnreadableBitmap() : Rule(6)
{
    public override string Cause =>
        "A write that was cut off, an edit by hand, or the fault of 1.9 that left runs of count 0.";

    public override string Repair =>
        "Write the bitmap anew with every claim of every network and endpoint in one step; never delete it " +
        "while its pool is in use.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var pool in store.Pools.All.Where(p => p.Bitmap is not null && p.Bits is null))
            yield return See(Thing.Pool(pool.Id), [pool.Bitmap!.Entry.Key],
                $"The address bitmap of {pool.Id} cannot be used: {Reason(store, pool.Bitmap, pool.Id, pool.Pool.Length)}") with
            {
                Network = pool.OnlyUser,
                Repairable = pool.Suspects.Count == 0 && store.Pools.Homeless.Count == 0,
            };
        if (store.Store.VxlanIds is { } vnis && store.Vnis.Bits is null)
            yield return See(Thing.Key(vnis.Entry.Key), [vnis.Entry.Key],
                $"The bitmap of VNIs cannot be used: {Reason(store, vnis, VniIndex.Id, BitmapCheck.VniLengths)}") with
            {
                Repairable = store.Networks.All(n => n.Overlay is not { Value: null }),
            };
    }

    private static string Reason(AuditSubject store, Filed<BitmapRecord> filed, string id, params ulong[] lengths) =>
        filed.Value is { } bitmap ? string.Join("; ", BitmapCheck.FaultsOf(bitmap, id, lengths)) + "." : store.FaultOf(filed.Entry.Key);
}
