using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>What was asked of IPAM for one pool, in the user's spelling; empty texts for what was not asked.</summary>
/// <param name="SubPool">The range (<c>--ip-range</c>).</param>
/// <param name="AuxAddresses">Reserved addresses by name; null when none were given.</param>
public sealed record IpamConfig(
    string PreferredPool,
    string SubPool,
    string Gateway,
    ImmutableSortedDictionary<string, string>? AuxAddresses);
