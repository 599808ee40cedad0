using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>The interface of an endpoint (spec §2.4). Addresses carry the prefix length of the master pool.</summary>
public sealed record EndpointInterface
{
    /// <summary>IPv4 address with prefix length, null when there is none.</summary>
    public string? Address { get; init; }

    public string? AddressV6 { get; init; }

    /// <summary>Link-local addresses, which come from no pool; null when there are none.</summary>
    public ImmutableArray<string>? LinkLocalAddresses { get; init; }

    /// <summary><c>02:42:0a:50:00:03</c>, null when there is none.</summary>
    public string? Mac { get; init; }

    /// <summary>Host side of the veth pair, empty before the join.</summary>
    public required string SourceName { get; init; }

    /// <summary>Name of the interface in the container without its number, empty before the join.</summary>
    public required string DestinationPrefix { get; init; }

    public ImmutableArray<string>? Routes { get; init; }

    /// <summary>Id of the pool or sub-pool the IPv4 address came from, empty when there is no address.</summary>
    public required string V4PoolId { get; init; }

    public required string V6PoolId { get; init; }
}
