using System.Globalization;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.Inventories;

/// <summary>Words for the inventory that several forms share.</summary>
internal static class InventoryWords
{
    private const int NetworksOfHostMax = 24;

    public static IEnumerable<string> Properties(NetworkView network)
    {
        if (network.State == NetworkState.Missing)
            yield return "no record";
        if (network.State == NetworkState.Unreadable)
            yield return "unreadable";
        if (network.Driver is { } driver and not "overlay")
            yield return driver;
        if (network.Internal)
            yield return "internal";
        if (network.Attachable)
            yield return "attachable";
        if (network.Encrypted)
            yield return "encrypted";
        if (network.EnableIPv6)
            yield return "ipv6";
        if (network.Mtu != 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"mtu={network.Mtu}");
        if (network.InDelete)
            yield return "being removed";
    }

    /// <summary><c>9 networks, 15 endpoints, …</c></summary>
    public static string Counts(InventoryCounts counts) =>
        $"{Wording.Count(counts.Networks, "network")}, {Wording.Count(counts.Endpoints, "endpoint")}, "
        + $"{Wording.Count(counts.Pools, "address pool")}, {Wording.Count(counts.Hosts, "host")}";

    /// <summary>The VNI; a dash while there is none.</summary>
    public static string Vni(SubnetView? subnet) =>
        subnet?.Vni is { } vni and not 0 ? vni.ToString(CultureInfo.InvariantCulture) : "–";

    /// <summary>Networks, then what is left of removed ones.</summary>
    public static IEnumerable<NetworkView> AllNetworks(InventoryDocument document) => document.Networks.Concat(document.Remnants);

    /// <summary>The networks that a host has endpoints on, the first of them by name.</summary>
    public static string NetworkList(InventoryReport inventory, HostView host)
    {
        var names = NetworkNames(inventory, host).ToList();
        return string.Join(", ", names.Take(NetworksOfHostMax))
            + (names.Count > NetworksOfHostMax ? $" and {names.Count - NetworksOfHostMax} more" : "");
    }

    /// <summary>Names of the networks that a host has endpoints on.</summary>
    public static IEnumerable<string> NetworkNames(InventoryReport inventory, HostView host) =>
        inventory.NetworksByHost[host.Address].Select(link => Wording.NameOr(link.Network.Name, link.Network.Id));
}
