namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>A pool or sub-pool.</summary>
/// <param name="Parent">All texts empty for a master.</param>
/// <param name="Pool">CIDR of the master, in a sub-pool too; null when absent.</param>
/// <param name="Range">Sub-pools only.</param>
/// <param name="RefCount">Sub-pool 1; master: networks that use it directly and its sub-pools.</param>
public sealed record PoolEntry(PoolParent Parent, string? Pool, PoolRange? Range, long RefCount);
