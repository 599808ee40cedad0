using System.Collections.Immutable;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>The entries in one namespace that the agent made, or is about to make.</summary>
/// <param name="Vni">Of the VXLAN device they are on, to find it once the network is no longer exposed.</param>
internal sealed record OwnedEntries(
    uint Vni, ImmutableHashSet<NeighbourEntry> Neighbours, ImmutableHashSet<ForwardingEntry> Forwardings)
{
    public static OwnedEntries None { get; } = new(0, [], []);

    public bool IsEmpty => Neighbours.IsEmpty && Forwardings.IsEmpty;

    /// <summary>By content.</summary>
    public bool Equals(OwnedEntries? other) =>
        other is not null && Vni == other.Vni && Neighbours.SetEquals(other.Neighbours) && Forwardings.SetEquals(other.Forwardings);

    public override int GetHashCode() => HashCode.Combine(Vni, Neighbours.Count, Forwardings.Count);
}
