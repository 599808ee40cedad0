using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Lists the pools that networks name, each range with its master; a P that is missing is made.</summary>
internal sealed class Repair19MissingPool() : Repair(19)
{
    public override string GroupOf(Observation seen) => PoolId.TryParse(seen.Subject, out var id) ? id.AddressSpace : "";

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
        {
            if (!PoolId.TryParse(fault.Subject, out var id) || ground.Store.Pools.Find(fault.Subject) is not { } pool)
                continue;
            string key = ground.Store.PoolsKey(pool);
            if (sheet.Read(RecordFormats.PoolConfiguration, key) is null)
                sheet.Put(key, RecordFormats.PoolConfiguration.Encode(new PoolConfigurationRecord(
                    "", ImmutableSortedDictionary.Create<string, PoolEntry>(KeyOrder.Instance))));
            sheet.ChangePools(key, p =>
            {
                var pools = p.Pools.SetItem(pool.Id, p.Pools.TryGetValue(pool.Id, out var master)
                    ? master with { RefCount = PoolEntries.ReferencesOf(pool) }
                    : PoolEntries.Master(pool));
                return p with { Pools = id.SubPool is null ? pools : pools.SetItem(fault.Subject, PoolEntries.Range(pool, id)) };
            });
        }
    }
}
