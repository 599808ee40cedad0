using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>
/// A <see cref="StitchPlan"/> as changes to a VXLAN device's tables, with what is owned on the way. Pure. An owned entry
/// for an address that has become the network's own side's is left standing, and given up where it leads to where the container is: the engine relies on it now.
/// </summary>
/// <param name="Changes">In order: removals first.</param>
/// <param name="Before">To be remembered as owned before the changes are made, so that a crash in between forgets nothing.</param>
/// <param name="After">Owned once all changes are made.</param>
internal sealed record KernelPlan(ImmutableArray<EntryChange> Changes, OwnedEntries Before, OwnedEntries After)
{
    public static KernelPlan Between(LinkTables actual, VxlanLink link, WantedTable wanted, OwnedEntries owned)
    {
        var peers = PeerPlan.Between(actual, wanted, owned);
        return StandsAsOwned(actual, link, wanted, peers, owned) ? new KernelPlan([], owned, owned) : Compared(actual, link, wanted, peers, owned);
    }

    /// <summary>
    /// Whether all that is wanted is owned, nothing else is, and all of it stands: nearly always so, each time that the tables are looked at again.
    /// Tells it without making tables of all that is there. False says nothing.
    /// </summary>
    internal static bool StandsAsOwned(LinkTables actual, VxlanLink link, WantedTable wanted, PeerPlan peers, OwnedEntries owned) =>
        peers.IsEmpty && peers.LeavesMarked == owned.HasMarked &&
        owned.Vni == link.Vni && owned.Neighbours.Count == wanted.Entries.Neighbours.Length && owned.Forwardings.Count == wanted.Entries.Forwardings.Length &&
        wanted.Entries.Neighbours.All(n => owned.Neighbours.Contains(n) && !wanted.OwnAddresses.Contains(n.Address)) &&
        wanted.Entries.Forwardings.All(f => owned.Forwardings.Contains(AsShown(f, link)) && !wanted.OwnMacAddresses.Contains(f.Mac)) &&
        actual.Neighbours.Count(n => IsPlain(n) && owned.Has(n)) == owned.Neighbours.Count &&
        actual.Forwardings.Count(f => IsPlain(f) && owned.Has(f)) == owned.Forwardings.Count;

    internal static KernelPlan Compared(LinkTables actual, VxlanLink link, WantedTable wanted, PeerPlan peers, OwnedEntries owned)
    {
        // What is not permanent is as good as absent; so is what has the mark, for setting an entry takes its place.
        var present = new NamespaceEntries([.. actual.Neighbours.Where(IsPlain).Select(Own)], [.. actual.Forwardings.Where(IsPlain).Select(Own)]);
        // After a crash two entries for one address may be noted as owned, the former and the next: the one that stands counts.
        var mine = new NamespaceEntries(
            [.. present.Neighbours.Where(n => owned.Neighbours.Contains(n) && !wanted.OwnAddresses.Contains(n.Address))],
            [.. present.Forwardings.Where(f => owned.Forwardings.Contains(f) && !wanted.OwnMacAddresses.Contains(f.Mac))]);
        var desired = wanted.Entries with { Forwardings = [.. wanted.Entries.Forwardings.Select(f => AsShown(f, link))] };
        var plan = StitchPlan.Between(desired, mine, present);
        var undecided = Undecided(present, wanted, owned);
        var after = new OwnedEntries(link.Vni, [.. plan.Neighbours.Owned, .. undecided.Neighbours], [.. plan.Forwardings.Owned, .. undecided.Forwardings], peers.LeavesMarked);
        return new KernelPlan(
            InOrder(plan, peers),
            after with
            {
                Neighbours = after.Neighbours.Union(mine.Neighbours),
                Forwardings = after.Forwardings.Union(mine.Forwardings),
                HasMarked = peers.LeavesMarked || PeerPlan.HasMarked(actual),
            },
            after);
    }

    /// <summary>
    /// Of what has become the own side's, what nobody says yet where it is: its container may still be known on both sides, or is on this host. Once that is clear, what leads elsewhere is known for ours.
    /// </summary>
    private static NamespaceEntries Undecided(NamespaceEntries present, WantedTable wanted, OwnedEntries owned)
    {
        if (wanted.Vni == 0)
            return NamespaceEntries.None; // the bridge leaves
        // Few, if any: the peers, which may be thousands, are looked through for these alone.
        return new(
            [
                .. present.Neighbours.Where(n => wanted.OwnAddresses.Contains(n.Address) && owned.Neighbours.Contains(n))
                    .Where(n => !wanted.Peers.Neighbours.Any(peer => peer.Address.Equals(n.Address))),
            ],
            [
                .. present.Forwardings.Where(f => wanted.OwnMacAddresses.Contains(f.Mac) && owned.Forwardings.Contains(f))
                    .Where(f => !wanted.Peers.Forwardings.Any(peer => peer.Mac.Equals(f.Mac))),
            ]);
    }

    private static ImmutableArray<EntryChange> InOrder(StitchPlan plan, PeerPlan peers) =>
    [
        .. plan.Neighbours.Remove.Select(static n => new EntryChange.RemoveNeighbour(Kernel(n))),
        .. plan.Forwardings.Remove.Select(static f => new EntryChange.RemoveForwarding(Kernel(f))),
        .. peers.Removals,
        .. plan.Neighbours.Add.Concat(plan.Neighbours.Replace).Select(static n => new EntryChange.SetNeighbour(Kernel(n))),
        .. plan.Forwardings.Add.Concat(plan.Forwardings.Replace).Select(static f => new EntryChange.SetForwarding(Kernel(f))),
        .. peers.Additions,
    ];

    /// <summary>
    /// What is owned after the kernel refused some changes: what could not be set is not, but what it was to replace
    /// still is; what could not be removed still is.
    /// </summary>
    public OwnedEntries AfterFailures(IEnumerable<EntryFailure> failures, OwnedEntries owned) =>
        failures.Aggregate(After, (after, failure) => failure.Change switch
        {
            EntryChange.SetNeighbour(var entry) => after with
            {
                Neighbours = after.Neighbours.Remove(Own(entry)).Union(owned.Neighbours.Where(o => o.Address.Equals(entry.Address))),
            },
            EntryChange.SetForwarding(var entry) => after with
            {
                Forwardings = after.Forwardings.Remove(Own(entry)).Union(owned.Forwardings.Where(o => o.Mac.Equals(entry.MacAddress))),
            },
            EntryChange.RemoveNeighbour({ IsMarked: true }) or EntryChange.RemoveForwarding({ IsMarked: true }) or
                EntryChange.UnmarkNeighbour or EntryChange.UnmarkForwarding => after with { HasMarked = true },
            EntryChange.RemoveNeighbour(var entry) => after with { Neighbours = after.Neighbours.Add(Own(entry)) },
            EntryChange.RemoveForwarding(var entry) when owned.Has(entry) => after with { Forwardings = after.Forwardings.Add(Own(entry)) },
            _ => after,
        });

    private static bool IsPlain(KernelNeighbour entry) => entry is { IsPermanent: true, IsMarked: false };

    private static bool IsPlain(KernelForwarding entry) => entry is { IsPermanent: true, IsMarked: false };

    /// <summary>The kernel does not show a VNI that is the device's own.</summary>
    private static ForwardingEntry AsShown(ForwardingEntry entry, VxlanLink link) => entry.Vni == link.Vni ? entry with { Vni = null } : entry;

    private static KernelNeighbour Kernel(NeighbourEntry entry) => new(entry.Address, entry.Mac);

    private static KernelForwarding Kernel(ForwardingEntry entry) => new(entry.Mac, entry.Vtep, entry.Vni);

    private static NeighbourEntry Own(KernelNeighbour entry) => new(entry.Address, entry.MacAddress);

    private static ForwardingEntry Own(KernelForwarding entry) => new(entry.MacAddress, entry.Vtep, entry.Vni);
}
