using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>
/// Removes endpoints that no container has any more, as <c>docker network disconnect -f</c> does: the records, then the bits
/// of their addresses, then the count. An address that something else has stays marked.
/// </summary>
internal static class EndpointRemoval
{
    /// <summary>Why an endpoint must stay; null when nothing runs with it.</summary>
    public static string? Refusal(RepairGround ground, EndpointRecords? endpoint)
    {
        if (ground.Hosts.Doubt is { } doubt)
            return doubt;
        return endpoint is null ? null
            : endpoint.Outline is null ? "The record cannot be read, so nobody can tell whose it is."
            : ground.Store.Engines.Find(endpoint.Network.Id, endpoint.Id) is { } live ? $"It runs: {live.Label}."
            : null;
    }

    public static void Plan(RepairGround ground, NetworkRecords network, IReadOnlyCollection<EndpointRecords> gone, RepairSheet sheet)
    {
        foreach (var endpoint in gone)
            sheet.Delete(endpoint.Key);
        var things = gone.Select(e => e.Thing).ToHashSet();
        foreach (var pool in network.Masters.Distinct())
            FreeAddresses(ground, pool, things, sheet);
        if (network.Count is not { Value: { } count } filed)
            return;
        ulong left = (ulong)(network.Endpoints.Length - gone.Count);
        if (count.Count != left)
            sheet.Put(filed.Entry.Key, RecordFormats.EndpointCount.Encode(new EndpointCountRecord(left)));
        sheet.Remainder(7, network.Id);
    }

    private static void FreeAddresses(RepairGround ground, PoolRecords pool, HashSet<string> things, RepairSheet sheet)
    {
        var free = pool.Claims.GroupBy(c => c.Ordinal)
            .Where(claims => claims.Any(c => c.Endpoint is { } e && things.Contains(e.Thing)))
            .Where(claims => claims.All(c => c.Endpoint is { } e && things.Contains(e.Thing)) && IsUnused(ground, pool, claims.Key, things))
            .Select(claims => claims.Key).ToList();
        if (free.Count == 0 || pool.Bits is null)
            return;
        sheet.ChangeBits(ground.Store.BitmapKey(pool), bits => free.Aggregate(bits, (b, ordinal) => b.Clear(ordinal)));
        foreach (ulong ordinal in free)
            sheet.Remainder(9, pool.Thing(ordinal));
    }

    private static bool IsUnused(RepairGround ground, PoolRecords pool, ulong ordinal, HashSet<string> things) =>
        ordinal != 0 && ordinal != pool.Pool.Broadcast &&
        pool.Hints.GetValueOrDefault(ordinal, []).TrueForAll(things.Contains) &&
        !ground.Hosts.Using(pool.AddressOf(ordinal)).Any() &&
        !ground.Store.Fences.Any(f => pool.Subnet.Contains(f) && pool.Subnet.First + ordinal >= f.First && pool.Subnet.First + ordinal <= f.Last);
}
