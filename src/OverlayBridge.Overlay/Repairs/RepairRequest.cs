using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>What is to be mended, and what the operator vouches for.</summary>
public sealed record RepairRequest
{
    /// <summary>Rules by id (<c>OB09</c>); with a finding comes everything that it explains. Empty: every rule that can be repaired.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>Addresses of hosts, as endpoints name them, that the operator knows to be gone for good.</summary>
    public ImmutableArray<string> HostsGone { get; init; } = [];

    /// <summary>
    /// Whether the fences of exposed networks were read, or the operator says that there are none. Else a block of addresses
    /// without a claim may be one, and is not freed.
    /// </summary>
    public bool FencesKnown { get; init; }

    /// <summary>
    /// Not null: only these faults, which an earlier plan confirmed; used when that plan is made anew on a fresh read, so
    /// that nothing is mended that is only a moment of an ordinary operation.
    /// </summary>
    public ImmutableHashSet<RepairTarget>? Only { get; init; }
}
