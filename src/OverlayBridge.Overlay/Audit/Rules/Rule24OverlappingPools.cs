using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Master pools of P that overlap: CIDRs do so only by one holding the other.</summary>
internal sealed class Rule24OverlappingPools() : Rule(24)
{
    public override string Cause =>
        "A network created with --ip-range, which is not checked for overlaps, or an edited pool " +
        "configuration.";

    public override string Repair =>
        "Nothing safe can be done online: renumber one of the networks, that is, create it anew with another " +
        "subnet.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        var hosts = new Dictionary<PoolRecords, HashSet<string>>();
        var around = new Stack<PoolRecords>();
        foreach (var pool in store.Pools.All.Where(p => p.Entry is not null)
            .OrderBy(p => p.PoolId.AddressSpace, KeyOrder.Instance).ThenBy(p => p.Subnet.IsIPv6).ThenBy(p => p.Subnet.First).ThenBy(p => p.Subnet.Length))
        {
            while (around.TryPeek(out var outer) &&
                (outer.PoolId.AddressSpace != pool.PoolId.AddressSpace || !outer.Subnet.Contains(pool.Subnet)))
                around.Pop();
            if (around.TryPeek(out var holder))
                yield return See(store, holder, pool, hosts);
            around.Push(pool);
        }
    }

    private Observation See(AuditSubject store, PoolRecords outer, PoolRecords inner, Dictionary<PoolRecords, HashSet<string>> hosts)
    {
        var both = HostsOf(inner, hosts).Where(HostsOf(outer, hosts).Contains).Order(KeyOrder.Instance).ToList();
        return See(Thing.Pool(inner.Id), [store.PoolsKey(inner)],
            $"The pool {inner.Id}{inner.UsedBy} lies in {outer.Id}{outer.UsedBy}" +
            (both.Count == 0 ? "." : $"; hosts with containers on both: {Listing.Of(both)}.")) with
        {
            Severity = both.Count == 0 ? AuditSeverity.Error : AuditSeverity.Critical,
            About = [inner.Id, outer.Id],
        };
    }

    private static HashSet<string> HostsOf(PoolRecords pool, Dictionary<PoolRecords, HashSet<string>> known)
    {
        if (!known.TryGetValue(pool, out var hosts))
            known[pool] = hosts = [.. pool.Claims.Select(c => c.Endpoint?.Locator).OfType<string>().Where(l => l.Length > 0)];
        return hosts;
    }
}
