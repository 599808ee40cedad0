using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Topology;

/// <summary>
/// Hosts on the left, networks on the right, a line where a host has endpoints on a network, the thicker the more. A box is a link to its row
/// in the tables.
/// </summary>
internal sealed class TopologyLines(
    HtmlWriter page, InventoryReport inventory, PageLinks links, ImmutableArray<HostView> hosts, ImmutableArray<NetworkView> networks)
{
    private const int Width = 720;
    private const int BoxWidth = 220;
    private const int BoxHeight = 34;
    private const int RowHeight = 44;
    private const int LettersMax = 26;

    private readonly int _height = Math.Max(hosts.Length, networks.Length) * RowHeight;

    public void Write()
    {
        var label = $"{Wording.Count(hosts.Length, "host")} and {Wording.Count(networks.Length, "network")}; the tables say the same.";
        page.Open("svg", "viewBox", $"0 0 {Width} {_height}", "role", "group", "aria-label", label);
        for (var at = 0; at < hosts.Length; at++)
            WriteLines(hosts[at], Middle(at, hosts.Length));
        for (var at = 0; at < hosts.Length; at++)
            WriteHost(hosts[at], Middle(at, hosts.Length));
        for (var at = 0; at < networks.Length; at++)
            WriteNetwork(networks[at], Middle(at, networks.Length));
        page.Close();
    }

    private void WriteLines(HostView host, int y)
    {
        foreach (var (_, network, endpoints) in inventory.NetworksByHost[host.Address])
        {
            var end = Middle(networks.IndexOf(network), networks.Length);
            const int bend = (Width / 2) - BoxWidth;
            var thickness = 1.5 + Math.Log2(endpoints);
            page.Open(
                "path", "d", Invariant($"M{BoxWidth} {y}C{BoxWidth + bend} {y} {Width - BoxWidth - bend} {end} {Width - BoxWidth} {end}"),
                "stroke-width", Invariant($"{thickness:0.#}"))
                .Element("title", $"{host.Address} – {Wording.NameOr(network.Name, network.Id)}: {Wording.Count(endpoints, "endpoint")}")
                .Close();
        }
    }

    private void WriteHost(HostView host, int y) => WriteBox(
        1, y, links.AnchorOf(host.Address), !host.IsLost, host.Address,
        $"{Wording.Count(host.Endpoints, "endpoint")}{(host.IsLost ? ", not in docker/nodes" : "")}");

    private void WriteNetwork(NetworkView network, int y) => WriteBox(
        Width - BoxWidth - 1, y, links.AnchorOf(network.Id), network.Name is not null, Wording.NameOr(network.Name, network.Id),
        $"{Wording.Count(network.EndpointCount, "endpoint")} · {string.Join(" ", network.Subnets.Select(subnet => subnet.Subnet))}");

    // Dashed where something is missing: the host's registration, the network's record.
    private void WriteBox(int x, int y, string? anchor, bool isWhole, string title, string below)
    {
        page.Open("a", "href", "#" + (anchor ?? "topology")).Element("title", $"{title}: {below}")
            .Empty(
                "rect", "class", isWhole ? "box" : "box lost", "x", Invariant($"{x}"), "y", Invariant($"{y - (BoxHeight / 2)}"),
                "width", Invariant($"{BoxWidth - 1}"), "height", Invariant($"{BoxHeight}"), "rx", "6")
            .Element("text", DisplayWidth.Cut(title, LettersMax), "x", Invariant($"{x + 10}"), "y", Invariant($"{y - 2}"))
            .Element(
                "text", DisplayWidth.Cut(below, LettersMax + 6),
                "class", "small", "x", Invariant($"{x + 10}"), "y", Invariant($"{y + 12}"))
            .Close();
    }

    // Each side is centred against the longer one.
    private int Middle(int at, int count) => ((_height - (count * RowHeight)) / 2) + (at * RowHeight) + (RowHeight / 2);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
