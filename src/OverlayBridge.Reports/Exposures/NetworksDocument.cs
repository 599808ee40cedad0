using System.Collections.Immutable;

namespace OverlayBridge.Reports.Exposures;

/// <summary>
/// Legacy networks and how they are exposed: <c>network ls</c> and <c>network show</c>. Its JSON is a contract:
/// docs/schemas/networks.schema.json.
/// </summary>
/// <param name="Source">The bridge that was asked.</param>
public sealed record NetworksDocument(int FormatVersion, string Source, ImmutableArray<NetworkLine> Networks)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>A legacy network.</summary>
/// <param name="Name">Null when its record cannot be read.</param>
/// <param name="Vni">0 while none is assigned.</param>
/// <param name="Endpoints">Endpoints that the legacy store knows.</param>
/// <param name="Exposure">Null when it is not exposed.</param>
public sealed record NetworkLine(string Id, string? Name, string Subnet, uint Vni, int Endpoints, ExposureLine? Exposure);

/// <summary>How a network is exposed.</summary>
/// <param name="State"><c>preparing</c>, <c>active</c>, <c>retracting</c> or <c>finished</c>.</param>
/// <param name="SwarmNetworkId">Empty while it is not made.</param>
/// <param name="Fence">Of the first subnet, as <paramref name="SwarmVni"/>; <paramref name="Subnets"/> has all.</param>
public sealed record ExposureLine(
    string State, string SwarmNetworkId, string Fence, uint SwarmVni, DateTimeOffset Created, ImmutableArray<ExposureHost> Hosts,
    ImmutableArray<SharedSubnetLine> Subnets, FenceUse Use);

/// <summary>A subnet that both sides have.</summary>
/// <param name="Gateway">Null: none is known.</param>
/// <param name="Fence">The block that swarm gives out.</param>
/// <param name="Reserves">Blocks set aside for fixed addresses on the swarm side.</param>
public sealed record SharedSubnetLine(string Subnet, string? Gateway, string Fence, ImmutableArray<string> Reserves, uint LegacyVni, uint SwarmVni);

/// <summary>How much of what swarm gives out is in use, as far as the agents see it.</summary>
/// <param name="Addresses">Addresses of all fences.</param>
/// <param name="Containers">Of these, those of running containers.</param>
/// <param name="LoadBalancers">Of these, those of load-balancer endpoints: one on each host that has the network.</param>
public sealed record FenceUse(ulong Addresses, int Containers, int LoadBalancers)
{
    /// <summary>From four fifths on somebody should make room.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsNearlyFull => (ulong)(Containers + LoadBalancers) * 5 >= Addresses * 4;
}

/// <summary>A host's part of an exposure.</summary>
/// <param name="State"><c>up</c> or <c>lost</c>.</param>
/// <param name="Side"><c>legacy</c> or <c>swarm</c>; empty on a host that has no container on either.</param>
/// <param name="Endpoints">Running containers on the network there.</param>
/// <param name="Namespace">The overlay namespace; null while there is none.</param>
/// <param name="Desired">Entries that it must have.</param>
/// <param name="Programmed">Entries of these that are in the kernel's tables.</param>
/// <param name="Differences">Why the two differ, an entry a line.</param>
/// <param name="Error">Why nothing could be programmed; null when it could.</param>
public sealed record ExposureHost(
    string Name, string Vtep, string State, string Side, int Endpoints, string? Namespace, int Desired, int Programmed,
    ImmutableArray<string> Differences, string? Error)
{
    /// <summary>Everything is as it must be.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsWell => State == "up" && Error is null && Programmed == Desired;
}
