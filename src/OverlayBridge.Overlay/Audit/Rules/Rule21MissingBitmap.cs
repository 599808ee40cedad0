using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A master pool in P without B.</summary>
internal sealed class Rule21MissingBitmap() : Rule(21)
{
    public override string Cause =>
        "The key was deleted by hand.";

    public override string Repair =>
        "Write the whole bitmap at once, with every claim of every network and endpoint. Engines that have it " +
        "in memory repeat their writes without pause until then, and one that starts makes an empty one.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from pool in store.Pools.All
        where pool is { Bitmap: null, Entry: not null }
        let key = store.BitmapKey(pool)
        select See(Thing.Pool(pool.Id), [store.PoolsKey(pool), key],
            $"The pool {pool.Id}{pool.UsedBy} has no bitmap; {pool.Claims.Count} addresses of it are in use.") with
        {
            Network = pool.OnlyUser,
            OwnedBy = [pool.Id],
            Repairable = pool.Suspects.Count == 0,
        };
}
