using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A subnet of a network.</summary>
public sealed record SubnetView
{
    /// <summary>CIDR of the master pool.</summary>
    public required string Subnet { get; init; }

    /// <summary>The range addresses are taken from (<c>--ip-range</c>), as the user wrote it; null for the whole subnet.</summary>
    public string? Range { get; init; }

    /// <summary>Plain address; null when none is known.</summary>
    public string? Gateway { get; init; }

    /// <summary>Reserved addresses by name.</summary>
    public ImmutableSortedDictionary<string, string> AuxAddresses { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Id of the pool or sub-pool; null when only O tells of this subnet.</summary>
    public string? PoolId { get; init; }

    public bool IsIPv6 { get; init; }

    /// <summary>0 = none assigned yet; null when O has no such subnet, as for every IPv6 one.</summary>
    public uint? Vni { get; init; }
}
