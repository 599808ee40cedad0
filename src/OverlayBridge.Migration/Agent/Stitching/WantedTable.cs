using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>What one VXLAN device of one network on this host must hold because of the bridge: a network has a device for each of its subnets.</summary>
/// <param name="Name">What the list of own entries is called: the network's id, followed by a dot and the VNI for a further subnet's device.</param>
/// <param name="Vni">Of the network, by which its VXLAN device is found; 0 where only what is owned is to go.</param>
/// <param name="Entries">One neighbour and one FDB entry for each endpoint of the other side on other hosts.</param>
/// <param name="OwnAddresses">Addresses of the network's own side: entries for them are the engine's business, also where the bridge once made them.</param>
/// <param name="OwnMacAddresses">The same, for the FDB.</param>
/// <param name="Problems">Endpoints of the other side that get no entry, and why.</param>
internal sealed record WantedTable(
    string Name,
    uint Vni,
    NamespaceEntries Entries,
    ImmutableHashSet<IPAddress> OwnAddresses,
    ImmutableHashSet<PhysicalAddress> OwnMacAddresses,
    ImmutableArray<StitchDifference> Problems)
{
    private const string OwnSideHasIt = "a container of the network's own side has this address";

    /// <summary>Endpoints of the network's own side on other hosts: where the engine has nothing, or nothing that could be right, they are there until it has.</summary>
    public NamespaceEntries Peers { get; init; } = NamespaceEntries.None;

    /// <summary>Where the engine has nothing, a peer is added. Not in a legacy network: its engine asks the other hosts when there is something to be sent.</summary>
    public bool AddsPeers { get; init; } = true;

    /// <summary>The address that other hosts reach this one at; null: not known.</summary>
    public IPAddress? OwnVtep { get; init; }

    /// <summary>The bridge leaves a swarm network: what it holds for its own side's sake is the engine's from now on.</summary>
    public bool IsOver { get; init; }

    /// <summary>Whether there is nothing to be put anywhere.</summary>
    public bool IsEmpty => Entries.Neighbours.IsEmpty && Peers.Neighbours.IsEmpty;

    /// <summary>Of the network, whose namespace the device is in.</summary>
    public string NetworkId => Name.Split('.')[0];

    /// <summary>How many endpoints should have entries.</summary>
    public int Desired => Entries.Neighbours.Length + Problems.Length;

    /// <summary>Nothing any more, for a network that is no longer exposed.</summary>
    public static WantedTable Nothing(string name, BridgeState state)
    {
        var table = For(name, 0, [], [], state);
        // A swarm's engine learns of them in the end. A legacy one does not know what was put there in its stead, and would never remove it.
        return table with { IsOver = state.Exposures.Any(exposure => exposure.SwarmNetworkId == table.NetworkId) };
    }

    /// <summary>
    /// Whether an entry sends frames for another host back to this one. The device takes them in again, the bridge behind it then takes their sender for one that is far away,
    /// and until it sends something else nobody reaches it.
    /// </summary>
    public bool LeadsBack(KernelForwarding entry) => entry.Vtep.Equals(OwnVtep) || IPAddress.IsLoopback(entry.Vtep);

    /// <summary>
    /// Whether an entry for the network's own side leads to the other side's network by its VNI: an engine sets none with another VNI than its device's.
    /// </summary>
    private bool LeadsAcross(KernelForwarding entry) => entry.Vni is not null && OwnMacAddresses.Contains(entry.MacAddress);

    /// <summary>Whether an entry leads where nobody can answer for its endpoint.</summary>
    public bool Misleads(KernelForwarding entry) => LeadsBack(entry) || LeadsAcross(entry);

    /// <summary>Both sides of all active exposures. An exposure in any other state wants nothing.</summary>
    public static IEnumerable<WantedTable> All(BridgeState state, string thisHost) =>
        state.Exposures.Where(static e => e.State == ExposureState.Active).SelectMany(e => e.Subnets.SelectMany((subnet, at) => Of(e, subnet, at > 0, state, thisHost)));

    private static WantedTable[] Of(ExposureRecord exposure, ExposedSubnet subnet, bool isFurther, BridgeState state, string thisHost)
    {
        var table = StitchTable.For(
            new StitchNetwork(subnet.Subnet, subnet.LegacyVni, subnet.SwarmVni),
            state.Hosts.Select(static h => new StitchHost(h.Key, h.Value.Vtep)),
            state.Attachments.Select(a => Endpoint(a, exposure)).OfType<StitchEndpoint>(),
            thisHost);
        var ownVtep = state.Hosts.GetValueOrDefault(thisHost)?.Vtep;
        return
        [
            For(Named(exposure.LegacyNetworkId, subnet.LegacyVni), subnet.LegacyVni, table.Legacy, ProblemsOf(StitchSide.Swarm), state) with
            {
                Peers = Peers(table.LegacyPeers), AddsPeers = false, OwnVtep = ownVtep,
            },
            For(Named(exposure.SwarmNetworkId, subnet.SwarmVni), subnet.SwarmVni, table.Swarm, ProblemsOf(StitchSide.Legacy), state) with
            {
                Peers = Peers(table.SwarmPeers), OwnVtep = ownVtep,
            },
        ];

        static NamespaceEntries Peers(ImmutableArray<StitchEntry> entries) => EntryMark.IsKept ? NamespaceEntries.Of(entries) : NamespaceEntries.None;

        string Named(string networkId, uint vni) => isFurther ? string.Create(CultureInfo.InvariantCulture, $"{networkId}.{vni}") : networkId;

        IEnumerable<StitchDifference> ProblemsOf(StitchSide far) => table.Problems.Where(p => p.Endpoint.Side == far)
            .Select(static p => new StitchDifference($"{p.Endpoint.Address} {p.Endpoint.Mac.ToColonText()} on {p.Endpoint.Host}", p.Reason));
    }

    private static StitchEndpoint? Endpoint(HostAttachment a, ExposureRecord exposure)
    {
        StitchSide? side = a.Attachment.NetworkId == exposure.LegacyNetworkId ? StitchSide.Legacy
            : a.Attachment.NetworkId == exposure.SwarmNetworkId ? StitchSide.Swarm
            : null;
        return side is { } known ? new StitchEndpoint(a.Host, known, a.Attachment.Address.Address, a.Attachment.MacAddress) : null;
    }

    private static WantedTable For(
        string name, uint vni, ImmutableArray<StitchEntry> entries, IEnumerable<StitchDifference> problems, BridgeState state)
    {
        var networkId = name.Split('.')[0];
        var own = state.Attachments.Where(a => a.Attachment.NetworkId == networkId).Select(static a => a.Attachment).ToArray();
        var addresses = own.Select(static a => a.Address.Address).ToImmutableHashSet();
        var macs = own.Select(static a => a.MacAddress).ToImmutableHashSet();
        var taken = entries.ToLookup(e => addresses.Contains(e.Address) || macs.Contains(e.Mac));
        return new WantedTable(
            name, vni, NamespaceEntries.Of(taken[false]), addresses, macs,
            [
                .. problems,
                .. taken[true].Select(static e => new StitchDifference($"{e.Address} {e.Mac.ToColonText()} at {e.Vtep}", OwnSideHasIt)),
            ]);
    }
}
