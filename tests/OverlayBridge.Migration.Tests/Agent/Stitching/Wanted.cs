using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>Tables of a test: endpoint n has the address 10.60.0.n and the MAC address that Docker derives from it.</summary>
internal static class Wanted
{
    public const string Network = "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243";

    public static IPAddress Address(int n) => new([10, 60, 0, (byte)n]);

    public static PhysicalAddress Mac(int n) => new([2, 66, 10, 60, 0, (byte)n]);

    public static IPAddress Vtep(int host) => new([172, 31, 0, (byte)host]);

    public static StitchEntry Entry(int n, int host = 1, uint? vni = null) => new(Address(n), Mac(n), Vtep(host), vni);

    public static WantedTable Table(params StitchEntry[] entries) => new(Network, 256, NamespaceEntries.Of(entries), [], [], []);

    /// <summary>With endpoints of the network's own side, which are on other hosts.</summary>
    public static WantedTable WithPeers(this WantedTable table, params StitchEntry[] peers) => table with
    {
        Peers = NamespaceEntries.Of(peers), OwnAddresses = [.. peers.Select(p => p.Address)], OwnMacAddresses = [.. peers.Select(p => p.Mac)],
    };

    public static WantedTable WithOwn(this WantedTable table, params int[] own) =>
        table with { OwnAddresses = [.. own.Select(Address)], OwnMacAddresses = [.. own.Select(Mac)] };
}
