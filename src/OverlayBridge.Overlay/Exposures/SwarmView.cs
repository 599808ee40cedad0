using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What a swarm manager's engine says, as far as an exposure depends on it.</summary>
/// <param name="Engine">Where it was asked, e.g. <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="IsManager">Whether networks can be made there.</param>
/// <param name="Networks">Overlay networks of scope swarm.</param>
public sealed record SwarmView(string Engine, bool IsManager, ImmutableArray<SwarmNetwork> Networks)
{
    /// <summary>Nodes of the swarm; 0 where the engine does not tell.</summary>
    public int Nodes { get; init; }
}

/// <summary>A swarm overlay network.</summary>
/// <param name="Subnets">Empty while swarm has not allocated it: then a subnet or VNI is taken already.</param>
/// <param name="Vnis">Likewise.</param>
/// <param name="LegacyNetworkId">From the label <see cref="LegacyNetworkLabel"/>; null on a network that is not the bridge's.</param>
public sealed record SwarmNetwork(
    string Id, string Name, ImmutableArray<IPNetwork> Subnets, ImmutableArray<uint> Vnis, string? LegacyNetworkId)
{
    /// <summary>The label by which a swarm network names the legacy network that it exposes.</summary>
    public const string LegacyNetworkLabel = "overlaybridge.legacy-network";
}
