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
        foreach (var (outer, inner) in PoolIndex.Nested(store.Pools.All.Where(p => p.Entry is not null)))
            yield return See(store, outer, inner, hosts);
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
