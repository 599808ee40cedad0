using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>P: all pools of an address space in one record (spec §2.6).</summary>
/// <param name="Scope"><c>global</c> after the first write, empty after every later one. No meaning.</param>
/// <param name="Pools">By pool id as written, in byte order.</param>
public sealed record PoolConfigurationRecord(string Scope, ImmutableSortedDictionary<string, PoolEntry> Pools);
