using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Text;
using OverlayBridge.Reports.Topology;
using static OverlayBridge.Reports.Html.HtmlTable;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The inventory as sections of a page: pictures, then tables.</summary>
internal sealed class InventoryHtml(InventoryReport inventory, PageLinks links)
{
    private const string Elsewhere = "overlaybridge inspect -o json lists them all.";

    private readonly InventoryDocument _document = inventory.Document;

    /// <summary>A page of the inventory alone: what is odd first.</summary>
    public static void Write(TextWriter output, InventoryReport inventory, ReportStamp stamp)
    {
        var links = PageLinks.Of(inventory, []);
        HtmlPage.Write(
            output, "Overlay networks", Subtitle(inventory.Document), stamp, page => WriteOverview(page, inventory),
            [new("attention", "Needs attention", page => WriteRemarks(page, inventory.Remarks)), .. new InventoryHtml(inventory, links).Sections()]);
    }

    public static string Subtitle(InventoryDocument document) => document.Index == 0
        ? $"Legacy overlay networks in {document.Source}"
        : $"Legacy overlay networks in {document.Source} at index {Wording.Index(document.Index)}";

    /// <summary>Everything that the store holds.</summary>
    public IEnumerable<PageSection> Sections()
    {
        yield return new("networks", "Networks", WriteNetworks);
        yield return new("maps", "Address maps", page => PoolHtml.Write(page, inventory.Pools, links));
        yield return new("topology", "Hosts and networks", page => TopologyHtml.Write(page, inventory, links));
        yield return new("endpoints", "Endpoints", WriteEndpoints);
        yield return new("hosts", "Hosts", WriteHosts);
        if (!_document.ForeignKeys.IsEmpty)
            yield return new("foreign", "Keys of other programs", WriteForeignKeys);
    }

    /// <summary>Counts of what the store holds, as tiles.</summary>
    public static void WriteTiles(HtmlWriter page, InventoryCounts counts)
    {
        Tile(page, counts.Networks, "networks");
        Tile(page, counts.Endpoints, "endpoints");
        Tile(page, counts.Hosts, "hosts");
        Tile(page, counts.Pools, "pools");
    }

    private static void WriteOverview(HtmlWriter page, InventoryReport inventory)
    {
        var remarks = inventory.Remarks;
        page.Open("ul", "class", "tiles");
        Tile(page, remarks.Count, "to look at", remarks.Count == 0 ? "good" : remarks.Any(remark => remark.Tone == Tone.Bad) ? "error" : "warning");
        WriteTiles(page, inventory.Document.Counts);
        page.CloseLine();
    }

    private static void Tile(HtmlWriter page, int count, string noun, string? kind = null) =>
        page.Open("li", "class", kind).Element("b", Wording.Number((long)count)).Element("span", noun).Close();

    private static void WriteRemarks(HtmlWriter page, IReadOnlyList<Remark> remarks)
    {
        page.Open("ul", "class", "remarks").Line();
        if (remarks.Count == 0)
            page.Element("li", "Nothing. Every key can be read, and every address in use is marked once.", "class", "good").Line();
        foreach (var remark in remarks.Take(PageLimits.Findings))
            page.Open("li", "class", remark.Tone == Tone.Bad ? "bad" : null)
                .Element("code", remark.Subject).Text(remark.Text).CloseLine();
        page.CloseLine();
        WriteMore(page, remarks.Count, Math.Min(remarks.Count, PageLimits.Findings), "remark", "overlaybridge audit tells causes and repairs.");
    }

    private void WriteNetworks(HtmlWriter page)
    {
        var networks = InventoryWords.AllNetworks(_document).ToList();
        WriteFolded(
            page, "Networks",
            [
                ("Network", HtmlColumn.Text), ("Id", HtmlColumn.Text), ("Subnet", HtmlColumn.Text), ("Gateway", HtmlColumn.Text),
                ("VNI", HtmlColumn.Number), ("Endpoints", HtmlColumn.Number), ("Properties", HtmlColumn.Text), ("Created", HtmlColumn.Text),
            ],
            Math.Min(networks.Count, PageLimits.Rows), networks.Take(PageLimits.Rows).Select(Row));
        WriteMore(page, networks.Count, Math.Min(networks.Count, PageLimits.Rows), "network", Elsewhere);
    }

    private HtmlRow Row(NetworkView network)
    {
        var anchor = links.AnchorOf(network.Id);
        return new(
            anchor,
            page =>
            {
                page.Element("b", Wording.NameOr(network.Name, network.Id));
                FindingLinks.Write(page, links, anchor);
            },
            page => page.Element("code", Wording.ShortId(network.Id), "title", network.Id),
            page => WriteSubnets(page, network),
            Code(network.Subnets.Select(subnet => subnet.Gateway ?? "–")),
            Code(network.Subnets.Select(InventoryWords.Vni)),
            Plain(Wording.Number((long)network.EndpointCount)),
            page => WriteTags(page, network),
            Plain(network.Created is { Length: >= 10 } created ? created[..10] : network.Created ?? ""));
    }

    private void WriteSubnets(HtmlWriter page, NetworkView network)
    {
        for (var at = 0; at < network.Subnets.Length; at++)
        {
            var subnet = network.Subnets[at];
            if (at > 0)
                page.Empty("br");
            page.Open("code");
            WriteLink(page, links.AnchorOfPool(subnet.Subnet), subnet.Subnet);
            page.Close();
            if (subnet.Range is { } range)
                page.Text(" gives out ").Element("code", range);
        }
    }

    private static void WriteTags(HtmlWriter page, NetworkView network)
    {
        foreach (var property in InventoryWords.Properties(network))
            page.Element("span", property, "class", property is "encrypted" or "no record" or "unreadable" or "being removed" ? "tag warning" : "tag");
    }

    private void WriteEndpoints(HtmlWriter page)
    {
        WriteFolded(
            page, "Endpoints",
            [
                ("Endpoint", HtmlColumn.Text), ("Network", HtmlColumn.Text), ("Address", HtmlColumn.Text), ("MAC", HtmlColumn.Text),
                ("Host", HtmlColumn.Text), ("Id", HtmlColumn.Text), ("Aliases", HtmlColumn.Wrapped),
            ],
            links.Endpoints.Length, links.Endpoints.Select(each => Row(each.Network, each.Endpoint)));
        WriteMore(page, _document.Counts.Endpoints, links.Endpoints.Length, "endpoint", Elsewhere);
    }

    private HtmlRow Row(NetworkView network, EndpointView endpoint)
    {
        var anchor = links.AnchorOf(network.Id, endpoint.Id);
        return new(
            anchor,
            page =>
            {
                page.Element("b", Wording.NameOr(endpoint.Name, endpoint.Id));
                FindingLinks.Write(page, links, anchor);
            },
            Link(links.AnchorOf(network.Id), Wording.NameOr(network.Name, network.Id)),
            Code(new[] { endpoint.Address, endpoint.AddressV6 }.OfType<string>()),
            Code(endpoint.Mac ?? ""),
            Link(links.AnchorOf(endpoint.Host), endpoint.Host),
            page => page.Element("code", Wording.ShortId(endpoint.Id), "title", endpoint.Id),
            Plain(string.Join(", ", endpoint.Aliases)));
    }

    private void WriteHosts(HtmlWriter page)
    {
        WriteFolded(
            page, "Hosts",
            [
                ("Host", HtmlColumn.Text), ("In docker/nodes", HtmlColumn.Text), ("Endpoints", HtmlColumn.Number), ("Networks", HtmlColumn.Wrapped),
            ],
            Math.Min(_document.Hosts.Length, PageLimits.Rows), _document.Hosts.Take(PageLimits.Rows).Select(Row));
        WriteMore(page, _document.Hosts.Length, Math.Min(_document.Hosts.Length, PageLimits.Rows), "host", Elsewhere);
    }

    private HtmlRow Row(HostView host)
    {
        var anchor = links.AnchorOf(host.Address);
        return new(
            anchor,
            page =>
            {
                page.Element("code", host.Address);
                FindingLinks.Write(page, links, anchor);
            },
            page => page.Element(
                "span", host.Registered ? string.Join(", ", host.Advertised) : "no", "class", host.Registered ? "tag good" : host.IsLost ? "tag warning" : "tag"),
            Plain(Wording.Number((long)host.Endpoints)),
            Plain(InventoryWords.NetworkList(inventory, host)));
    }

    private void WriteForeignKeys(HtmlWriter page)
    {
        page.Element("p", "They share the store and are left alone.");
        page.Open("ul");
        foreach (var key in _document.ForeignKeys.Take(PageLimits.Rows))
            page.Open("li").Element("code", key).CloseLine();
        page.CloseLine();
        WriteMore(page, _document.ForeignKeys.Length, Math.Min(_document.ForeignKeys.Length, PageLimits.Rows), "key", Elsewhere);
    }
}
