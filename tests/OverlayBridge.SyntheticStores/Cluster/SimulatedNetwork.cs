using System.Collections.Immutable;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>A network that is there, with what changes in its life.</summary>
internal sealed class SimulatedNetwork(NetworkPlan plan, ImmutableArray<HeldPool> pools, ImmutableArray<ulong> gateways, ImmutableArray<OverlaySubnet> subnets)
{
    public NetworkPlan Plan => plan;

    public ImmutableArray<HeldPool> Pools => pools;

    /// <summary>Ordinals, in the order of the pools.</summary>
    public ImmutableArray<ulong> Gateways => gateways;

    /// <summary>Of O: the IPv4 pools only.</summary>
    public ImmutableArray<OverlaySubnet> Subnets { get; set; } = subnets;

    public ulong Count { get; set; }
}

/// <summary>An endpoint that is there, with the ordinals it holds.</summary>
internal sealed record SimulatedEndpoint(SimulatedNetwork Network, ContainerPlan Container, string Id, ImmutableArray<(HeldPool Pool, ulong Ordinal)> Addresses);
