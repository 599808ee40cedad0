using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>RefCount of a range is not its users, of a master not its direct users and those of its ranges (spec §2.6).</summary>
internal sealed class Rule22WrongReferenceCount() : Rule(22)
{
    public override string Cause =>
        "An engine crashed within create or rm, or versions before 18.06 share pools with later ones.";

    public override string Repair =>
        "Write the right count. One that is too low frees the pool while it is in use.";

    public override IEnumerable<Observation> Check(AuditSubject store) => store.Pools.All.SelectMany(pool => Check(store, pool));

    private IEnumerable<Observation> Check(AuditSubject store, PoolRecords pool)
    {
        var users = pool.Users.CountBy(u => u.PoolId).ToDictionary();
        // A range that no network names is an orphan (rule 18) and still holds its master.
        var ranges = pool.SubPools.Keys.Union(users.Keys.Where(id => id != pool.Id))
            .ToDictionary(id => id, id => (long)Math.Max(1, users.GetValueOrDefault(id)));
        foreach (var (id, (_, _, entry)) in pool.SubPools)
            if (entry.RefCount != ranges[id])
                yield return See(store, pool, id, entry.RefCount, ranges[id]);
        long expected = users.GetValueOrDefault(pool.Id) + ranges.Values.Sum();
        if (pool.Entry is { } master && expected > 0 && master.RefCount != expected)
            yield return See(store, pool, pool.Id, master.RefCount, expected);
    }

    private Observation See(AuditSubject store, PoolRecords pool, string id, long count, long expected) =>
        See(Thing.Pool(id), [store.PoolsKey(pool)],
            $"The pool {id}{pool.UsedBy} has a reference count of {count} and {expected} {(expected == 1 ? "user" : "users")}.") with
        {
            Network = pool.OnlyUser,
            // An unreadable network may be the missing user, and one that is gone the one too many.
            OwnedBy = count > expected ? [.. pool.Traces.Select(n => n.Id)] : [],
            Repairable = pool.Suspects.Count == 0 && store.Pools.Homeless.Count == 0,
        };
}
