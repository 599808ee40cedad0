using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>O: what the overlay driver keeps of a network (spec §2.5).</summary>
/// <param name="Mtu">0 = the default of 1500; interfaces get 50 less.</param>
/// <param name="Secure">Encrypted: no legacy engine can join such a network.</param>
/// <param name="Subnets">One per IPv4 pool of N, in its order; IPv6 pools never appear.</param>
public sealed record OverlayNetworkRecord(ulong Mtu, bool Secure, ImmutableArray<OverlaySubnet> Subnets);
