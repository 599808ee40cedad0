using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>B whose master pool P does not list.</summary>
internal sealed class Rule20OrphanBitmap() : Rule(20)
{
    public override string Cause =>
        "An engine crashed within the removal of a network.";

    public override string Repair =>
        "Delete the bitmap: its old bits would come back with the subnet.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from pool in store.Pools.All
        where pool is { Bitmap: not null, Entry: null, Configuration: null or { Value: not null } }
        select See(Thing.Pool(pool.Id), [pool.Bitmap!.Entry.Key],
            $"The bitmap of {pool.Id} is there, and the pool configuration does not list the pool.") with
        {
            About = [pool.Id],
            OwnedBy = [pool.Id],
            Repairable = pool.Users.Count == 0 && pool.Claims.Count == 0 && pool.SubPools.Count == 0,
        };
}
