using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Fence;

/// <summary>A block that can be fenced off.</summary>
public sealed record FencePlan : FenceDecision
{
    public required string NetworkId { get; init; }

    public required string NetworkName { get; init; }

    /// <summary>Id of the master pool.</summary>
    public required string PoolId { get; init; }

    /// <summary>Plain address; null when the network has none.</summary>
    public required string? Gateway { get; init; }

    public required FenceBlock Block { get; init; }

    /// <summary>The key whose bits are to be set.</summary>
    public required string BitmapKey { get; init; }

    /// <summary>ModifyIndex of that key in the image the plan was made from.</summary>
    public required ulong BitmapIndex { get; init; }

    /// <summary>Addresses the swarm side was said to need.</summary>
    public required ulong Needed { get; init; }

    /// <summary>Free addresses of the pool that stay with the legacy engines.</summary>
    public required ulong LeftToLegacy { get; init; }

    /// <summary>Why this block, and what to mind: one sentence each.</summary>
    public required ImmutableArray<string> Explanation { get; init; }
}
