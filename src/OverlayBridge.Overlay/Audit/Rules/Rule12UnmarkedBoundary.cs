using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Ordinal 0, for IPv4 also the last one, is clear in B.</summary>
internal sealed class Rule12UnmarkedBoundary() : Rule(12)
{
    public override string Cause =>
        "Two engines made the bitmap anew at once after it had been deleted.";

    public override string Repair =>
        "Set the bit, before a container is given the network's own address.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from pool in store.Pools.All
        where pool.Bits is not null
        from boundary in Boundaries(pool)
        where !pool.Bits!.IsSet(boundary.Ordinal)
        select See(pool.Thing(boundary.Ordinal), [store.BitmapKey(pool)],
            $"The {boundary.Name} address {pool.AddressOf(boundary.Ordinal)} of {pool.Id}{pool.UsedBy} is free in the bitmap.") with
        {
            Network = pool.OnlyUser,
            About = [pool.Thing(boundary.Ordinal), pool.Id],
        };

    private static IEnumerable<(ulong Ordinal, string Name)> Boundaries(PoolRecords pool)
    {
        yield return (0, "network");
        if (pool.Pool.Broadcast is > 0 and { } broadcast)
            yield return (broadcast, "broadcast");
    }
}
