using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>The entries in one namespace that the agent made, or is about to make.</summary>
/// <param name="Vni">Of the VXLAN device they are on, to find it once the network is no longer exposed.</param>
/// <param name="HasMarked">There may be entries with the mark besides: which ones, the kernel itself tells.</param>
internal sealed record OwnedEntries(
    uint Vni, ImmutableHashSet<NeighbourEntry> Neighbours, ImmutableHashSet<ForwardingEntry> Forwardings, bool HasMarked = false)
{
    public static OwnedEntries None { get; } = new(0, [], []);

    public bool IsEmpty => Neighbours.IsEmpty && Forwardings.IsEmpty && !HasMarked;

    /// <summary>Whether an entry stands exactly as it was made.</summary>
    public bool Has(KernelNeighbour entry) => Neighbours.Contains(new(entry.Address, entry.MacAddress));

    /// <inheritdoc cref="Has(KernelNeighbour)"/>
    public bool Has(KernelForwarding entry) => Forwardings.Contains(new(entry.MacAddress, entry.Vtep, entry.Vni));

    /// <summary>By content.</summary>
    public bool Equals(OwnedEntries? other) =>
        other is not null && Vni == other.Vni && HasMarked == other.HasMarked && Neighbours.SetEquals(other.Neighbours) && Forwardings.SetEquals(other.Forwardings);

    public override int GetHashCode() => HashCode.Combine(Vni, Neighbours.Count, Forwardings.Count);
}
