using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Fence;

/// <summary>There is no block to fence off.</summary>
/// <param name="Reason">One sentence.</param>
/// <param name="Remedy">What would help, one sentence.</param>
/// <param name="InTheWay">What holds addresses in the block that comes nearest, the first few.</param>
public sealed record FenceRefusal(string Reason, string Remedy, ImmutableArray<string> InTheWay) : FenceDecision;
