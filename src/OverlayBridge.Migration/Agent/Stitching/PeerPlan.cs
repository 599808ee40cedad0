using System.Collections.Immutable;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>
/// What to do for endpoints of the network's own side, which the engine programs itself, but may learn of late or wrongly. Pure. An entry is added only where
/// there is none, with the mark; the mark alone says that it is ours, and the engine takes it away by setting its own. What has no mark is never touched, unless it leads where
/// no engine sends anything: back to this host, or where the bridge itself led to while the endpoint was on the other side.
/// </summary>
/// <param name="Removals">Of what leads there; and of what has the mark and is not wanted: removed, or only unmarked when the network's exposure is over.</param>
/// <param name="LeavesMarked">Whether anything with the mark is there afterwards.</param>
internal sealed record PeerPlan(ImmutableArray<EntryChange> Removals, ImmutableArray<EntryChange> Additions, bool LeavesMarked)
{
    private static readonly PeerPlan Nothing = new([], [], false);

    public bool IsEmpty => Removals.IsEmpty && Additions.IsEmpty;

    /// <param name="owned">What the bridge put there for the other side. Of what has become the own side's it says what is wrong now; the rest is left to the engine.</param>
    public static PeerPlan Between(LinkTables actual, WantedTable wanted, OwnedEntries owned)
    {
        if (wanted.Peers.Neighbours.IsEmpty && !HasMarked(actual) && !actual.Forwardings.Any(wanted.Misleads))
            return Nothing;
        var (removals, additions) = (ImmutableArray.CreateBuilder<EntryChange>(), ImmutableArray.CreateBuilder<EntryChange>());
        var staysNeighbour = Neighbours(actual, wanted, owned, removals, additions);
        var staysForwarding = Forwardings(actual, wanted, owned, removals, additions);
        return new PeerPlan(removals.DrainToImmutable(), additions.ToImmutable(), staysNeighbour || staysForwarding || additions.Count > 0);
    }

    public static bool HasMarked(LinkTables actual) => actual.Neighbours.Any(static n => n.IsMarked) || actual.Forwardings.Any(static f => f.IsMarked);

    /// <returns>Whether a marked one stays.</returns>
    private static bool Neighbours(
        LinkTables actual, WantedTable wanted, OwnedEntries owned, ImmutableArray<EntryChange>.Builder removals, ImmutableArray<EntryChange>.Builder additions)
    {
        var missing = wanted.Peers.Neighbours.ToDictionary(static n => n.Address);
        var stays = false;
        foreach (var there in actual.Neighbours)
            if (missing.TryGetValue(there.Address, out var peer) && !peer.Mac.Equals(there.MacAddress) && owned.Has(there))
                removals.Add(new EntryChange.RemoveNeighbour(there));
            else if (peer is not null && (!there.IsMarked || peer.Mac.Equals(there.MacAddress)))
                stays |= missing.Remove(there.Address) && there.IsMarked;
            else if (there.IsMarked && !wanted.Entries.Neighbours.Any(other => other.Address.Equals(there.Address))) // else the other side's takes its place
                removals.Add(wanted.IsOver ? new EntryChange.UnmarkNeighbour(there) : new EntryChange.RemoveNeighbour(there));
        if (wanted.AddsPeers)
            additions.AddRange(missing.Values.Select(static n => new EntryChange.AddNeighbour(new KernelNeighbour(n.Address, n.Mac, IsMarked: true))));
        return stays;
    }

    /// <returns>Whether a marked one stays.</returns>
    private static bool Forwardings(
        LinkTables actual, WantedTable wanted, OwnedEntries owned, ImmutableArray<EntryChange>.Builder removals, ImmutableArray<EntryChange>.Builder additions)
    {
        var missing = wanted.Peers.Forwardings.ToDictionary(static f => f.Mac);
        var (stays, removed) = (false, new HashSet<PhysicalAddress>());
        foreach (var there in actual.Forwardings)
            if (wanted.Misleads(there))
                Remove(there);
            else if (missing.TryGetValue(there.MacAddress, out var peer) && !IsSame(there, peer) && owned.Has(there))
                Remove(there);
            else if (peer is not null && (IsSame(there, peer) || there is { IsMarked: false, IsPermanent: true }))
                stays |= missing.Remove(there.MacAddress) && there.IsMarked;
            else if (peer is not null && (there.IsMarked || wanted.AddsPeers)) // ours or learned by the device itself, and of a former place
                Remove(there);
            else if (there.IsMarked && !wanted.Entries.Forwardings.Any(other => other.Mac.Equals(there.MacAddress)))
                removals.Add(wanted.IsOver ? new EntryChange.UnmarkForwarding(there) : new EntryChange.RemoveForwarding(there));
        additions.AddRange(missing.Values.Where(f => wanted.AddsPeers || removed.Contains(f.Mac))
            .Select(static f => new EntryChange.AddForwarding(new KernelForwarding(f.Mac, f.Vtep, f.Vni, IsMarked: true))));
        return stays;

        void Remove(KernelForwarding there)
        {
            removals.Add(new EntryChange.RemoveForwarding(there));
            removed.Add(there.MacAddress);
        }
    }

    private static bool IsSame(KernelForwarding there, ForwardingEntry peer) => peer.Vtep.Equals(there.Vtep) && peer.Vni == there.Vni;
}
