using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Writes the reference count that follows from the networks and ranges.</summary>
internal sealed class Repair22WrongReferenceCount() : Repair(22)
{
    public override string GroupOf(Observation seen) => PoolId.TryParse(seen.Subject, out var id) ? id.AddressSpace : "";

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (ground.Store.Pools.Find(fault.Subject) is { } pool)
                sheet.ChangePools(ground.Store.PoolsKey(pool), p => p.Pools.TryGetValue(fault.Subject, out var entry)
                    ? p with
                    {
                        Pools = p.Pools.SetItem(fault.Subject, entry with
                        {
                            RefCount = fault.Subject == pool.Id ? PoolEntries.ReferencesOf(pool) : PoolEntries.ReferencesOf(pool, fault.Subject),
                        }),
                    }
                    : p);
    }
}
