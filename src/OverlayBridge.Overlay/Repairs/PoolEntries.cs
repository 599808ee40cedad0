using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>What P must say of a pool, from its id and its users (spec: legacy overlay KV layout, §2.6).</summary>
internal static class PoolEntries
{
    /// <summary>The entry of a master.</summary>
    public static PoolEntry Master(PoolRecords pool) => new(PoolParent.None, pool.Subnet.ToString(), null, ReferencesOf(pool));

    /// <summary>The entry of a range of a master.</summary>
    public static PoolEntry Range(PoolRecords pool, PoolId id) => new(
        new PoolParent(id.AddressSpace, id.Pool, ""), pool.Subnet.ToString(), RangeOf(pool, id), ReferencesOf(pool, id.ToString()));

    /// <summary>A master has its direct users and one reference for each range, or for each user of it.</summary>
    public static long ReferencesOf(PoolRecords pool)
    {
        var users = pool.Users.CountBy(u => u.PoolId).ToDictionary();
        var ranges = pool.SubPools.Keys.Union(users.Keys.Where(id => id != pool.Id));
        return users.GetValueOrDefault(pool.Id) + ranges.Sum(id => (long)Math.Max(1, users.GetValueOrDefault(id)));
    }

    public static long ReferencesOf(PoolRecords pool, string rangeId) => Math.Max(1, pool.Users.Count(u => u.PoolId == rangeId));

    private static PoolRange? RangeOf(PoolRecords pool, PoolId id) => Cidr.TryParse(id.SubPool, out var range)
        ? new PoolRange(Ordinal(pool, range.First), Ordinal(pool, range.Last), id.SubPool!)
        : null;

    private static ulong Ordinal(PoolRecords pool, AddressNumber address) => (ulong)(address - pool.Subnet.First);
}
