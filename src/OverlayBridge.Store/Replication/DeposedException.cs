namespace OverlayBridge.Store.Replication;

/// <summary>This node is being deposed: it led in one term, and has heard of another.</summary>
internal sealed class DeposedException(long own, long heard) : Exception($"This node led in term {own}, and term {heard} has begun");
