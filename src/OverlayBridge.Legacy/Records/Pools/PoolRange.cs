namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>The part of the master that a sub-pool may use.</summary>
/// <param name="Start">First ordinal inside the master.</param>
/// <param name="End">Last ordinal inside the master. Above 2^53 inexact, for the engines pass it through a double.</param>
/// <param name="Sub">The user's spelling of the range.</param>
public sealed record PoolRange(ulong Start, ulong End, string Sub);
