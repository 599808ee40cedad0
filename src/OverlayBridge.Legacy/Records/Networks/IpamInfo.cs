using System.Collections.Immutable;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>What IPAM gave for one pool.</summary>
/// <param name="PoolId">Id of the pool, or of the sub-pool where a range was asked for.</param>
/// <param name="Pool">CIDR of the master pool, null when there is none.</param>
/// <param name="Gateway">Address with the master's prefix length, null when there is none.</param>
/// <param name="AuxAddresses">By name, each with the master's prefix length; null when there are none.</param>
/// <param name="Meta">Only from IPAM plugins.</param>
public sealed record IpamInfo(
    string PoolId,
    string AddressSpace,
    string? Pool,
    string? Gateway,
    ImmutableSortedDictionary<string, string>? AuxAddresses,
    JsonValue? Meta = null);
