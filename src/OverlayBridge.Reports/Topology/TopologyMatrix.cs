using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Topology;

/// <summary>
/// A row for each host, a column for each network, a cell where the host has endpoints on it, the darker the more: one path for each shade.
/// Rows and columns are links to the tables and say their sums while they are pointed at or have the focus.
/// </summary>
internal sealed class TopologyMatrix(
    HtmlWriter page, InventoryReport inventory, PageLinks links, ImmutableArray<HostView> hosts, ImmutableArray<NetworkView> networks)
{
    private const int CellSize = 8;
    private const int RowLabelWidth = 112;
    private const int HeadHeight = 34;
    private const int LettersMax = 17;

    // A shade for each number of endpoints up to and including it; the last one for all above.
    private static readonly int[] Shades = [1, 3, 10, 30];

    public void Write()
    {
        var (width, height) = (RowLabelWidth + (networks.Length * CellSize), HeadHeight + (hosts.Length * CellSize));
        page.Element("p", "A row is a host, a column a network; the stronger a cell, the more endpoints the host has there (1, up to 3, 10, 30, more).", "class", "sub");
        page.Open(
            "svg", "viewBox", Invariant($"0 0 {width} {height}"), "role", "group",
            "aria-label", $"{Wording.Count(hosts.Length, "host")} and {Wording.Count(networks.Length, "network")}; the tables say the same.");
        page.Element("text", "hosts ↓  networks →", "class", "small hint", "y", Invariant($"{HeadHeight - 10}"));
        WriteCells();
        for (var at = 0; at < networks.Length; at++)
            WriteColumn(networks[at], at, height);
        for (var at = 0; at < hosts.Length; at++)
            WriteRow(hosts[at], at, width);
        page.Close();
    }

    private void WriteCells()
    {
        var columns = networks.Select((network, at) => (network.Id, at)).ToDictionary(each => each.Id, each => each.at);
        var paths = Enumerable.Range(0, Shades.Length + 1).Select(_ => new StringBuilder()).ToArray();
        for (var row = 0; row < hosts.Length; row++)
            foreach (var (_, network, endpoints) in inventory.NetworksByHost[hosts[row].Address])
                if (columns.TryGetValue(network.Id, out var column))
                    paths[ShadeOf(endpoints)].Append(
                        CultureInfo.InvariantCulture,
                        $"M{RowLabelWidth + (column * CellSize)} {HeadHeight + (row * CellSize)}h7v7h-7z");
        for (var shade = 0; shade < paths.Length; shade++)
            if (paths[shade].Length > 0)
                page.Empty("path", "class", Invariant($"shade{shade + 1}"), "d", paths[shade].ToString());
    }

    private static int ShadeOf(int endpoints)
    {
        var shade = 0;
        while (shade < Shades.Length && endpoints > Shades[shade])
            shade++;
        return shade;
    }

    private void WriteRow(HostView host, int at, int width)
    {
        var top = HeadHeight + (at * CellSize);
        page.Open("a", "href", "#" + (links.AnchorOf(host.Address) ?? "topology"));
        page.Empty("path", "d", Invariant($"M0 {top - 0.5:0.#}h{width}v{CellSize}h-{width}z"));
        page.Element("text", DisplayWidth.Cut(host.Address, LettersMax), "class", host.IsLost ? "row lost" : "row", "y", Invariant($"{top + 7}"));
        WriteTip($"{host.Address}: {Wording.Count(host.Endpoints, "endpoint")} on {Wording.Count(host.NetworkIds.Length, "network")}{(host.IsLost ? ", not in docker/nodes" : "")}");
        page.Close();
    }

    private void WriteColumn(NetworkView network, int at, int height)
    {
        var left = RowLabelWidth + (at * CellSize);
        page.Open("a", "href", "#" + (links.AnchorOf(network.Id) ?? "topology"));
        page.Empty("path", "d", Invariant($"M{left - 0.5:0.#} {HeadHeight - 8}h{CellSize}V{height}h-{CellSize}z"));
        WriteTip($"{Wording.NameOr(network.Name, network.Id)}: {Wording.Count(network.EndpointCount, "endpoint")}, {string.Join(" ", network.Subnets.Select(subnet => subnet.Subnet))}");
        page.Close();
    }

    private void WriteTip(string text) => page.Element("text", text, "class", "tip", "y", "12");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
