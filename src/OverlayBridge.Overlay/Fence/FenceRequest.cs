namespace OverlayBridge.Overlay.Fence;

/// <summary>What a fence is wanted for.</summary>
/// <param name="NetworkId">Full id of the legacy network.</param>
public sealed record FenceRequest(string NetworkId)
{
    /// <summary>CIDR of the network's IPv4 subnet; needed only when it has several.</summary>
    public string? Subnet { get; init; }

    /// <summary>Wanted prefix length of the block; null for the largest block that is no more than half the pool.</summary>
    public int? PrefixLength { get; init; }

    /// <summary>Swarm nodes that will have the network: each takes one address for its load-balancer endpoint.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Containers and service tasks expected on the swarm side.</summary>
    public int Containers { get; init; } = 1;

    /// <summary>Addresses the block must be able to give.</summary>
    public ulong Needed => (ulong)Math.Max(1, (long)Math.Max(0, Nodes) + Math.Max(0, Containers));
}
