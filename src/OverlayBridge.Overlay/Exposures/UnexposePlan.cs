using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What taking an exposure back will change, in this order.</summary>
public sealed record UnexposePlan
{
    public required ExposureRecord Exposure { get; init; }

    /// <summary>Containers on the swarm side, as "name on host": while there are any, nothing is changed.</summary>
    public required ImmutableArray<string> Users { get; init; }

    /// <summary>Full key of the legacy pool's bitmap; null when the pool is gone.</summary>
    public required string? BitmapKey { get; init; }

    /// <summary>The fence in the legacy pool.</summary>
    public FenceBlock? FenceBlock =>
        FenceBlock.TryParse(Exposure.Subnet.ToString(), Exposure.Fence.ToString(), out var block) ? block : null;

    /// <summary>Addresses of the fence that legacy endpoints claim: their bits stay set.</summary>
    public required ImmutableArray<IPAddress> Claimed { get; init; }

    public required ImmutableArray<PlannedChange> Changes { get; init; }

    public required ImmutableArray<string> Warnings { get; init; }

    /// <param name="legacy">Of the store that the engines work on.</param>
    /// <param name="lostHosts">Hosts with an agent that is not heard of.</param>
    public static UnexposePlan For(
        ExposureRecord exposure, Inventory legacy, ImmutableArray<string> users, ImmutableArray<string> lostHosts)
    {
        var pool = FencePool.Of(legacy, exposure.Subnet);
        ImmutableArray<IPAddress> claimed = pool is null ? [] : FencePool.ClaimedIn(pool, exposure.Fence);
        return new()
        {
            Exposure = exposure,
            Users = users,
            BitmapKey = pool is null ? null : FencePool.BitmapKey(legacy, pool),
            Claimed = claimed,
            Changes = ChangesOf(exposure, pool, legacy),
            Warnings =
            [
                .. lostHosts.Select(host => $"Host {host} is not heard of: its agent will take its entries away when it is back."),
                .. claimed.Select(address => $"{address} lies in the fence but belongs to a legacy container: it stays taken."),
            ],
        };
    }

    private static ImmutableArray<PlannedChange> ChangesOf(ExposureRecord exposure, PoolView? pool, Inventory legacy)
    {
        var changes = ImmutableArray.CreateBuilder<PlannedChange>();
        changes.Add(new("network", exposure.Name, "remove", $"swarm overlay {exposure.SwarmNetworkId}, subnet {exposure.Subnet}", null));
        changes.Add(new("entries", "every host with an agent", "remove", "neighbour and FDB entries for the endpoints of the other side", null));
        if (pool is not null)
            changes.Add(new("bitmap", FencePool.BitmapKey(legacy, pool), "change", $"{exposure.Fence} set aside for swarm", "free for legacy containers"));
        changes.Add(new("exposure", BridgeKeys.Exposure(exposure.LegacyNetworkId), "remove", "active", null));
        return changes.DrainToImmutable();
    }
}
