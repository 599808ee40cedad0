using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>What the overlay namespace of one network on this host must hold because of the bridge.</summary>
/// <param name="Vni">Of the network, by which its VXLAN device is found; 0 where only what is owned is to go.</param>
/// <param name="Neighbours">One for each address of the other side on other hosts.</param>
/// <param name="Fdb">One for each MAC address of the other side on other hosts.</param>
/// <param name="OwnAddresses">Addresses of the network's own side: entries for them are the engine's business, also where the bridge once made them.</param>
/// <param name="OwnMacAddresses">The same, for the FDB.</param>
/// <param name="Conflicts">Endpoints of the other side that get no entry, for their address or MAC address is already another's.</param>
internal sealed record WantedTable(
    string NetworkId,
    uint Vni,
    ImmutableArray<NeighbourEntry> Neighbours,
    ImmutableArray<FdbEntry> Fdb,
    ImmutableHashSet<IPAddress> OwnAddresses,
    ImmutableHashSet<PhysicalAddress> OwnMacAddresses,
    ImmutableArray<StitchDifference> Conflicts)
{
    /// <summary>Nothing any more, for a network that is no longer exposed.</summary>
    public static WantedTable Nothing(string networkId, BridgeState state) =>
        For(networkId, vni: 0, otherNetworkId: "", otherVni: 0, state, thisHost: "");

    /// <summary>Both sides of all active exposures. An exposure in any other state wants nothing.</summary>
    public static ImmutableArray<WantedTable> All(BridgeState state, string thisHost) =>
    [
        .. state.Exposures.Where(static e => e.State == ExposureState.Active).SelectMany(e => new[]
        {
            For(e.LegacyNetworkId, e.LegacyVni, e.SwarmNetworkId, e.SwarmVni, state, thisHost),
            For(e.SwarmNetworkId, e.SwarmVni, e.LegacyNetworkId, e.LegacyVni, state, thisHost),
        }),
    ];

    private static WantedTable For(string networkId, uint vni, string otherNetworkId, uint otherVni, BridgeState state, string thisHost)
    {
        var own = state.Attachments.Where(a => a.Attachment.NetworkId == networkId).Select(static a => a.Attachment).ToArray();
        var ownAddresses = own.Select(static a => a.Address.Address).ToImmutableHashSet();
        var ownMacs = own.Select(static a => a.MacAddress).ToImmutableHashSet();
        var neighbours = new Dictionary<IPAddress, NeighbourEntry>();
        var fdb = new Dictionary<PhysicalAddress, FdbEntry>();
        var conflicts = ImmutableArray.CreateBuilder<StitchDifference>();
        foreach (var (host, attachment) in state.Attachments)
        {
            if (attachment.NetworkId != otherNetworkId || host == thisHost || !state.Hosts.TryGetValue(host, out var at))
                continue;
            var (address, mac) = (attachment.Address.Address, attachment.MacAddress);
            if (ownAddresses.Contains(address) || ownMacs.Contains(mac))
                conflicts.Add(Conflict(host, attachment, "the network's own side has a container with this address"));
            else if (!neighbours.TryAdd(address, new NeighbourEntry(address, mac)) || !fdb.TryAdd(mac, new FdbEntry(mac, at.Vtep, otherVni == vni ? null : otherVni)))
                conflicts.Add(Conflict(host, attachment, "another container has this address"));
        }
        return new WantedTable(networkId, vni, [.. neighbours.Values], [.. fdb.Values], ownAddresses, ownMacs, conflicts.ToImmutable());
    }

    private static StitchDifference Conflict(string host, AttachmentRecord attachment, string reason) =>
        new($"{attachment.Address.Address} {attachment.MacAddress.ToColonText()} of {attachment.ContainerName} on {host}", reason);
}
