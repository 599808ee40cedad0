using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Makes the entry of a range anew from its id, and that of its master where it is missing.</summary>
internal sealed class Repair23BrokenSubPool() : Repair(23)
{
    public override string GroupOf(Observation seen) => PoolId.TryParse(seen.Subject, out var id) ? id.AddressSpace : "";

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (PoolId.TryParse(fault.Subject, out var id) && ground.Store.Pools.Find(fault.Subject) is { } pool)
                sheet.ChangePools(ground.Store.PoolsKey(pool), p =>
                {
                    var pools = p.Pools.ContainsKey(pool.Id) ? p.Pools : p.Pools.SetItem(pool.Id, PoolEntries.Master(pool));
                    return p with { Pools = pools.SetItem(fault.Subject, PoolEntries.Range(pool, id)) };
                });
    }
}
