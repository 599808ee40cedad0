using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Takes pools that no network uses out of P, one reference for each range from its master, then deletes the bitmaps of masters.</summary>
internal sealed class Repair18OrphanPool() : Repair(18)
{
    public override bool NeedsHosts => true;

    public override string GroupOf(Observation seen) => PoolId.TryParse(seen.Subject, out var id) ? id.AddressSpace : "";

    public override string? Refusal(RepairGround ground, Observation seen) => base.Refusal(ground, seen) ?? PoolInUse.By(ground, seen);

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        var gone = faults.Select(f => f.Subject).ToHashSet();
        var pools = faults.Select(f => ground.Store.Pools.Find(f.Subject)).OfType<PoolRecords>().Distinct().ToList();
        foreach (var pool in pools)
            sheet.ChangePools(ground.Store.PoolsKey(pool), p => p with { Pools = Without(p.Pools, pool, gone) });
        foreach (var pool in pools.Where(p => gone.Contains(p.Id) && p.Bitmap is not null))
        {
            sheet.Delete(ground.Store.BitmapKey(pool));
            sheet.Remainder(20, Thing.Pool(pool.Id));
        }
    }

    private static ImmutableSortedDictionary<string, PoolEntry> Without(
        ImmutableSortedDictionary<string, PoolEntry> pools, PoolRecords pool, HashSet<string> gone)
    {
        var ranges = pool.SubPools.Keys.Where(gone.Contains).ToList();
        pools = pools.RemoveRange(ranges);
        if (gone.Contains(pool.Id))
            return pools.Remove(pool.Id);
        return pools.TryGetValue(pool.Id, out var master)
            ? pools.SetItem(pool.Id, master with { RefCount = Math.Max(1, master.RefCount - ranges.Count) })
            : pools;
    }
}
