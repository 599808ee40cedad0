using System.Collections.Immutable;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Makes P anew from the pools that all networks name.</summary>
internal sealed class Repair05UnreadablePools() : Repair(5)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
        {
            if (LegacyKey.Parse(fault.Subject) is not PoolConfigurationKey key)
                continue;
            var pools = ImmutableSortedDictionary.CreateBuilder<string, PoolEntry>(KeyOrder.Instance);
            foreach (var pool in ground.Store.Pools.All.Where(p => p.PoolId.AddressSpace == key.AddressSpace && p.Users.Count > 0))
            {
                pools[pool.Id] = PoolEntries.Master(pool);
                foreach (string id in pool.Users.Select(u => u.PoolId).Where(id => id != pool.Id).Distinct())
                    if (Legacy.Addresses.PoolId.TryParse(id, out var range))
                        pools[id] = PoolEntries.Range(pool, range);
            }
            sheet.Put(fault.Subject, RecordFormats.PoolConfiguration.Encode(new PoolConfigurationRecord("", pools.ToImmutable())));
        }
    }
}
