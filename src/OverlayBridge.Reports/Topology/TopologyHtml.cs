using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Pages;

namespace OverlayBridge.Reports.Topology;

/// <summary>Which host has endpoints on which network: as boxes joined by lines while these can be told apart, else as a matrix.</summary>
internal static class TopologyHtml
{
    private const int LinesMax = 120;
    private const int BoxesMax = 40;

    public static void Write(HtmlWriter page, InventoryReport inventory, PageLinks links)
    {
        var hosts = inventory.Document.Hosts;
        ImmutableArray<NetworkView> networks = [.. InventoryWords.AllNetworks(inventory.Document)];
        if (hosts.IsEmpty && networks.IsEmpty)
        {
            page.Element("p", "There are no hosts and no networks.");
            return;
        }

        var shownHosts = Largest(hosts, PageLimits.Hosts, host => host.Endpoints);
        var shownNetworks = Largest(networks, PageLimits.Networks, network => network.EndpointCount);
        var isSmall = hosts.Length <= BoxesMax && networks.Length <= BoxesMax && hosts.Sum(host => inventory.NetworksByHost[host.Address].Count()) <= LinesMax;
        page.Open("div", "class", isSmall ? "card topology" : "card topology matrix", "tabindex", "0", "role", "region", "aria-label", "Hosts and networks");
        if (isSmall)
            new TopologyLines(page, inventory, links, hosts, networks).Write();
        else
            new TopologyMatrix(page, inventory, links, shownHosts, shownNetworks).Write();
        page.CloseLine();
        HtmlTable.WriteMore(page, hosts.Length, shownHosts.Length, "host", "those with the most endpoints are drawn, the table has all.");
        HtmlTable.WriteMore(page, networks.Length, shownNetworks.Length, "network", "those with the most endpoints are drawn, the table has all.");
    }

    // The largest ones, in their own order.
    private static ImmutableArray<T> Largest<T>(ImmutableArray<T> all, int count, Func<T, int> size) => all.Length <= count
        ? all
        : [.. all.Select((item, at) => (item, at)).OrderByDescending(each => size(each.item)).Take(count).OrderBy(each => each.at).Select(each => each.item)];
}
