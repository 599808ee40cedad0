using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>The entries of one overlay namespace's vxlan device, as the kernel keeps them: two tables.</summary>
public sealed record NamespaceEntries(ImmutableArray<NeighbourEntry> Neighbours, ImmutableArray<ForwardingEntry> Forwardings)
{
    public static NamespaceEntries None { get; } = new([], []);

    /// <summary>What a stitch table's entries are in the kernel.</summary>
    public static NamespaceEntries Of(IEnumerable<StitchEntry> entries) => new(
        [.. entries.Select(e => new NeighbourEntry(e.Address, e.Mac)).Distinct()],
        [.. entries.Select(e => new ForwardingEntry(e.Mac, e.Vtep, e.Vni)).Distinct()]);
}
