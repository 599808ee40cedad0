using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A pool or range in P that no N names. Pools that an unreadable N may name are explained by that one.</summary>
internal sealed class Rule18OrphanPool() : Rule(18)
{
    public override string Cause =>
        "N was deleted by hand, or an engine crashed within create or rm.";

    public override string Repair =>
        "Remove the pool from the configuration (and one reference from its parent), then delete its bitmap; " +
        "until then the subnet cannot be used (\"Pool overlaps\").";

    public override IEnumerable<Observation> Check(AuditSubject store) => store.Pools.All.SelectMany(pool => Check(store, pool));

    private IEnumerable<Observation> Check(AuditSubject store, PoolRecords pool)
    {
        var used = pool.Users.Select(u => u.PoolId).ToHashSet();
        var owners = Owners(store, pool);
        var orphans = pool.SubPools.Keys.Where(id => !used.Contains(id)).ToList();
        foreach (string id in orphans)
            yield return Orphan(store, pool, id, owners, []);
        if (pool.Entry is not null && pool.Users.Count == 0 && orphans.Count == pool.SubPools.Count)
            yield return Orphan(store, pool, pool.Id, owners, orphans);
    }

    private Observation Orphan(
        AuditSubject store, PoolRecords pool, string id, List<NetworkRecords> owners, List<string> ranges) =>
        See(Thing.Pool(id), pool.Bitmap is null ? [store.PoolsKey(pool)] : [store.PoolsKey(pool), store.BitmapKey(pool)],
            $"The pool {id} is used by no network that can be read" +
            (owners.Count == 0 ? "." : $"; it was of {Listing.Of(owners.Select(o => o.Label))}.")) with
        {
            OwnedBy = [.. owners.Select(o => o.Id), .. ranges],
            // An endpoint that still has an address of it may run.
            Repairable = !owners.Any(o => o.IsUnreadable) && !pool.Claims.Any(c => c.Endpoint is not null),
        };

    // Networks without a readable record that had the pool, or of which nothing tells the pools.
    private static List<NetworkRecords> Owners(AuditSubject store, PoolRecords pool) => [.. pool.Traces, .. store.Pools.Homeless];
}
