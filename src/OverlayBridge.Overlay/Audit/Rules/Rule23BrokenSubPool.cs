using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The parent of a range is missing in P, or its pool or range is not what its id says (spec §2.6).</summary>
internal sealed class Rule23BrokenSubPool() : Rule(23)
{
    public override string Cause =>
        "An edit by hand.";

    public override string Repair =>
        "Rebuild the entry from its id: parent, pool, and the first and last ordinal of the range.";

    public override IEnumerable<Observation> Check(AuditSubject store) => Ranges(store).Concat(Nameless(store));

    private IEnumerable<Observation> Ranges(AuditSubject store) =>
        from pool in store.Pools.All
        from range in pool.SubPools
        let faults = string.Join("; ", FaultsOf(pool, range.Value.Id, range.Value.Entry))
        where faults.Length > 0
        select See(Thing.Pool(range.Key), [store.PoolsKey(pool)], $"The range {range.Key}{pool.UsedBy} is inconsistent: {faults}.") with
        {
            Network = pool.OnlyUser,
        };

    private IEnumerable<Observation> Nameless(AuditSubject store) =>
        from filed in store.Store.PoolConfigurations.Values
        where filed.Value is not null
        from fault in store.Store.Faults
        where fault.Key == filed.Entry.Key
        select See(Thing.Key(fault.Key), [fault.Key], $"The pool configuration has an entry that engines cannot tell: {fault.Reason}") with
        {
            Repairable = false,
        };

    private static IEnumerable<string> FaultsOf(PoolRecords master, PoolId id, PoolEntry entry)
    {
        if (master.Entry is null)
            yield return $"its parent {master.Id} is not listed, and requests for its addresses crash engines";
        if (entry.Parent != new PoolParent(id.AddressSpace, id.Pool, ""))
            yield return $"it names the parent {entry.Parent.AddressSpace}/{entry.Parent.Subnet}";
        if (!Cidr.TryParse(entry.Pool, out var pool) || pool.Network != master.Subnet)
            yield return $"its pool is {entry.Pool ?? "missing"} and not {master.Subnet}";
        if (!Cidr.TryParse(id.SubPool, out var range))
            yield break;
        ulong start = Ordinal(master, range.First), end = Ordinal(master, range.Last);
        if (entry.Range is not { } kept)
            yield return "its range is missing";
        else if (kept.Sub != id.SubPool || !Same(kept.Start, start) || !Same(kept.End, end))
            yield return $"its range is {kept.Sub}, {kept.Start} to {kept.End}, and not {id.SubPool}, {start} to {end}";
    }

    private static ulong Ordinal(PoolRecords master, AddressNumber address) => (ulong)(address - master.Subnet.First);

    // Engines pass the numbers through a double: inexact above 2^53, and 2^64 comes back as 2^63 on amd64, 2^64-1 on arm64.
    private static bool Same(ulong kept, ulong right) =>
        kept == right || (right > 1ul << 53 && (kept == (double)right || ((double)right >= ulong.MaxValue && kept is 1ul << 63 or ulong.MaxValue)));
}
