using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What taking an exposure back will change, in this order.</summary>
public sealed record UnexposePlan
{
    public required ExposureRecord Exposure { get; init; }

    /// <summary>Containers on the swarm side, as "name on host": while there are any, nothing is changed.</summary>
    public required ImmutableArray<string> Users { get; init; }

    /// <summary>What is given back to the legacy engines: fences and reserves, as far as their pools are still there.</summary>
    public required ImmutableArray<HeldBlock> Blocks { get; init; }

    /// <summary>Addresses of the blocks that legacy endpoints claim: their bits stay set.</summary>
    public required ImmutableArray<IPAddress> Claimed { get; init; }

    public required ImmutableArray<PlannedChange> Changes { get; init; }

    public required ImmutableArray<string> Warnings { get; init; }

    /// <param name="legacy">Of the store that the engines work on.</param>
    /// <param name="lostHosts">Hosts with an agent that is not heard of.</param>
    public static UnexposePlan For(
        ExposureRecord exposure, Inventory legacy, ImmutableArray<string> users, ImmutableArray<string> lostHosts)
    {
        var blocks = HeldBlock.Of(exposure, legacy);
        ImmutableArray<IPAddress> claimed = [.. blocks.SelectMany(held => FencePool.ClaimedIn(held.Pool, held.Range)).Distinct()];
        return new()
        {
            Exposure = exposure,
            Users = users,
            Blocks = blocks,
            Claimed = claimed,
            Changes = ChangesOf(exposure, blocks),
            Warnings =
            [
                .. lostHosts.Select(host => $"Host {host} is not heard of: its agent will take its entries away when it is back."),
                .. claimed.Select(address => $"{address} was set aside for swarm but belongs to a legacy container: it stays taken."),
            ],
        };
    }

    private static ImmutableArray<PlannedChange> ChangesOf(ExposureRecord exposure, ImmutableArray<HeldBlock> blocks)
    {
        var changes = ImmutableArray.CreateBuilder<PlannedChange>();
        changes.Add(new("network", exposure.Name, "remove", $"swarm overlay {exposure.SwarmNetworkId}, subnet {string.Join(", ", exposure.Subnets.Select(subnet => subnet.Subnet))}", null));
        changes.Add(new("entries", "every host with an agent", "remove", "neighbour and FDB entries for the endpoints of the other side", null));
        changes.AddRange(blocks.Select(held => new PlannedChange("bitmap", held.BitmapKey, "change", $"{held.Range} set aside for swarm", "free for legacy containers")));
        changes.Add(new("exposure", BridgeKeys.Exposure(exposure.LegacyNetworkId), "remove", "active", null));
        return changes.DrainToImmutable();
    }
}
