using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>The entries in one namespace that the agent made, or is about to make.</summary>
/// <param name="Vni">Of the VXLAN device they are on, to find it once the network is no longer exposed.</param>
internal sealed record OwnedEntries(uint Vni, ImmutableHashSet<NeighbourEntry> Neighbours, ImmutableHashSet<FdbEntry> Fdb)
{
    public static OwnedEntries None { get; } = new(0, [], []);

    public bool IsEmpty => Neighbours.IsEmpty && Fdb.IsEmpty;

    /// <summary>By content.</summary>
    public bool Equals(OwnedEntries? other) =>
        other is not null && Vni == other.Vni && Neighbours.SetEquals(other.Neighbours) && Fdb.SetEquals(other.Fdb);

    public override int GetHashCode() => HashCode.Combine(Vni, Neighbours.Count, Fdb.Count);
}
