using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// What stays of a deleted key, or of a deleted tree under its prefix, so that the index of a prefix read does not go
/// back to that of an older neighbour.
/// </summary>
public sealed record Tombstone(StoreKey Key, ulong Index) : IIndexed;
