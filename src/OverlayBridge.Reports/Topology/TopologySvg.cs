using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Topology;

/// <summary>Hosts on the left, networks on the right, a line where a host has endpoints on a network, the thicker the more.</summary>
internal sealed class TopologySvg
{
    /// <summary>Boxes drawn on a side; the tables have the rest.</summary>
    private const int SideMax = 60;

    private const int Width = 720;
    private const int BoxWidth = 220;
    private const int BoxHeight = 34;
    private const int RowHeight = 44;
    private const int LettersMax = 26;

    private readonly HtmlWriter _svg;
    private readonly InventoryReport _inventory;
    private readonly ImmutableArray<HostView> _hosts;
    private readonly ImmutableArray<NetworkView> _networks;
    private readonly int _height;

    private TopologySvg(HtmlWriter page, InventoryReport inventory)
    {
        _svg = page;
        _inventory = inventory;
        var document = inventory.Document;
        var networks = InventoryWords.AllNetworks(document).ToList();
        _hosts = [.. document.Hosts.OrderByDescending(host => host.Endpoints).Take(SideMax)
            .OrderBy(host => document.Hosts.IndexOf(host))];
        _networks = [.. networks.OrderByDescending(network => network.Endpoints.Length).Take(SideMax)
            .OrderBy(network => networks.IndexOf(network))];
        _height = Math.Max(_hosts.Length, _networks.Length) * RowHeight;
    }

    /// <summary>Writes the picture; a sentence instead when there is nothing to draw.</summary>
    public static void Write(HtmlWriter page, InventoryReport inventory)
    {
        var document = inventory.Document;
        if (document.Hosts.IsEmpty && document.Networks.IsEmpty && document.Remnants.IsEmpty)
        {
            page.Element("p", "There are no hosts and no networks.");
            return;
        }

        var left = Math.Max(0, document.Hosts.Length - SideMax) + Math.Max(0, (document.Networks.Length + document.Remnants.Length) - SideMax);
        if (left > 0)
            page.Element("p", $"The {SideMax} largest of each side are drawn; the tables have all.", "class", "sub");
        page.Open("div", "class", "card topology", "tabindex", "0", "role", "region", "aria-label", "Hosts and networks");
        new TopologySvg(page, inventory).Draw();
        page.CloseLine();
    }

    private void Draw()
    {
        var label = $"{Wording.Count(_hosts.Length, "host")} and {Wording.Count(_networks.Length, "network")}; the tables below say the same.";
        _svg.Open("svg", "viewBox", $"0 0 {Width} {_height}", "role", "img", "aria-label", label);
        for (var at = 0; at < _hosts.Length; at++)
            DrawLines(_hosts[at], Middle(at, _hosts.Length));
        for (var at = 0; at < _hosts.Length; at++)
            DrawHost(_hosts[at], Middle(at, _hosts.Length));
        for (var at = 0; at < _networks.Length; at++)
            DrawNetwork(_networks[at], Middle(at, _networks.Length));
        _svg.Close();
    }

    private void DrawLines(HostView host, int y)
    {
        foreach (var link in _inventory.NetworksByHost[host.Address])
        {
            var at = _networks.IndexOf(link.Network);
            if (at < 0)
                continue;
            var end = Middle(at, _networks.Length);
            const int bend = (Width / 2) - BoxWidth;
            var thickness = 1.5 + Math.Log2(link.Endpoints);
            _svg.Open(
                "path", "d", Invariant($"M{BoxWidth} {y}C{BoxWidth + bend} {y} {Width - BoxWidth - bend} {end} {Width - BoxWidth} {end}"),
                "stroke-width", Invariant($"{thickness:0.#}"))
                .Element("title", $"{host.Address} – {Wording.NameOr(link.Network.Name, link.Network.Id)}: {Wording.Count(link.Endpoints, "endpoint")}")
                .Close();
        }
    }

    private void DrawHost(HostView host, int y) => DrawBox(
        1, y, host.Registered ? "box" : "box lost", host.Address,
        $"{Wording.Count(host.Endpoints, "endpoint")}{(host.Registered ? "" : ", not in docker/nodes")}");

    private void DrawNetwork(NetworkView network, int y) => DrawBox(
        Width - BoxWidth - 1, y, network.Name is null ? "box lost" : "box", Wording.NameOr(network.Name, network.Id),
        $"{Wording.Count(network.Endpoints.Length, "endpoint")} · {string.Join(" ", network.Subnets.Select(subnet => subnet.Subnet))}");

    private void DrawBox(int x, int y, string kind, string title, string below)
    {
        _svg.Open("g").Element("title", $"{title}: {below}")
            .Empty(
                "rect", "class", kind, "x", Invariant($"{x}"), "y", Invariant($"{y - (BoxHeight / 2)}"),
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
