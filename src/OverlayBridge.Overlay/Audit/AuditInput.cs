using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit;

/// <summary>What an audit judges.</summary>
public sealed record AuditInput
{
    public required StoreImage Image { get; init; }

    /// <summary>The image decoded, where that was done already; else null.</summary>
    public DecodedImage? Decoded { get; init; }

    /// <summary>
    /// The same store, read again seconds later: every finding must be in both, and those of transient rules with the same
    /// indexes. Null for a dump, which is at rest.
    /// </summary>
    public StoreImage? Again { get; init; }

    /// <summary>What engines say that were asked; empty when none was.</summary>
    public ImmutableArray<EngineFacts> Engines { get; init; } = [];

    /// <summary>Blocks that are fenced off for swarm: nothing in the legacy tree claims them, and they are not leaked.</summary>
    public ImmutableArray<Cidr> Fences { get; init; } = [];
}
