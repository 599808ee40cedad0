using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>The entries in one namespace that the agent made, or is about to make.</summary>
internal sealed record OwnedEntries(ImmutableHashSet<NeighbourEntry> Neighbours, ImmutableHashSet<FdbEntry> Fdb)
{
    public static OwnedEntries None { get; } = new([], []);

    public bool IsEmpty => Neighbours.IsEmpty && Fdb.IsEmpty;

    /// <summary>By content.</summary>
    public bool Equals(OwnedEntries? other) =>
        other is not null && Neighbours.SetEquals(other.Neighbours) && Fdb.SetEquals(other.Fdb);

    public override int GetHashCode() => HashCode.Combine(Neighbours.Count, Fdb.Count);
}
