using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Text;
using OverlayBridge.Reports.Topology;
using static OverlayBridge.Reports.Html.HtmlTable;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The inventory as one page: what is wrong first, then pictures, then the tables.</summary>
internal static class InventoryHtml
{
    public static void Write(TextWriter output, InventoryReport inventory, ReportStamp stamp)
    {
        var (document, remarks) = (inventory.Document, inventory.Remarks);
        var sections = new List<PageSection>
        {
            new("attention", "Needs attention", page => WriteRemarks(page, remarks)),
            new("networks", "Networks", page => WriteNetworks(page, document)),
            new("maps", "Address maps", page => PoolHtml.Write(page, inventory.Pools)),
            new("topology", "Hosts and networks", page => TopologySvg.Write(page, inventory)),
            new("endpoints", "Endpoints", page => WriteEndpoints(page, document)),
            new("hosts", "Hosts", page => WriteHosts(page, inventory)),
        };
        if (!document.ForeignKeys.IsEmpty)
            sections.Add(new("foreign", "Keys of other programs", page => WriteForeignKeys(page, document)));
        var subtitle = document.Index == 0
            ? $"Legacy overlay networks in {document.Source}"
            : $"Legacy overlay networks in {document.Source} at index {Wording.Index(document.Index)}";
        HtmlPage.Write(output, "Overlay networks", subtitle, stamp, page => WriteTiles(page, document, remarks), sections);
    }

    private static void WriteTiles(HtmlWriter page, InventoryDocument document, IReadOnlyList<Remark> remarks)
    {
        var counts = document.Counts;
        page.Open("ul", "class", "tiles");
        Tile(page, remarks.Count, "to look at", remarks.Count == 0 ? "good" : remarks.Any(remark => remark.Tone == Tone.Bad) ? "bad" : null);
        Tile(page, counts.Networks, "networks");
        Tile(page, counts.Endpoints, "endpoints");
        Tile(page, counts.Hosts, "hosts");
        Tile(page, counts.Pools, "pools");
        page.CloseLine();
    }

    private static void Tile(HtmlWriter page, int count, string noun, string? kind = null) =>
        page.Open("li", "class", kind).Element("b", Wording.Number((long)count)).Element("span", noun).Close();

    private static void WriteRemarks(HtmlWriter page, IReadOnlyList<Remark> remarks)
    {
        page.Open("ul", "class", "remarks").Line();
        if (remarks.Count == 0)
            page.Element("li", "Nothing. Every key can be read, and every address in use is marked once.", "class", "good").Line();
        foreach (var remark in remarks)
            page.Open("li", "class", remark.Tone == Tone.Bad ? "bad" : null)
                .Element("code", remark.Subject).Text(remark.Text).CloseLine();
        page.CloseLine();
    }

    private static void WriteNetworks(HtmlWriter page, InventoryDocument document) => HtmlTable.Write(
        page, "Networks",
        [
            ("Network", HtmlColumn.Text), ("Id", HtmlColumn.Text), ("Subnet", HtmlColumn.Text), ("Gateway", HtmlColumn.Text),
            ("VNI", HtmlColumn.Number), ("Endpoints", HtmlColumn.Number), ("Properties", HtmlColumn.Text), ("Created", HtmlColumn.Text),
        ],
        InventoryWords.AllNetworks(document).Select(network => new[]
        {
            page => page.Element("b", Wording.NameOr(network.Name, network.Id)),
            page => page.Element("code", Wording.ShortId(network.Id), "title", network.Id),
            Code(network.Subnets.Select(subnet => subnet.Range is { } range ? $"{subnet.Subnet} (gives out {range})" : subnet.Subnet)),
            Code(network.Subnets.Select(subnet => subnet.Gateway ?? "–")),
            Code(network.Subnets.Select(InventoryWords.Vni)),
            Plain(Wording.Number((long)network.Endpoints.Length)),
            page => WriteTags(page, network),
            Plain(network.Created is { Length: >= 10 } created ? created[..10] : network.Created ?? ""),
        }));

    private static void WriteTags(HtmlWriter page, NetworkView network)
    {
        foreach (var property in InventoryWords.Properties(network))
            page.Element("span", property, "class", property is "encrypted" or "no record" or "unreadable" or "being removed" ? "tag warn" : "tag");
    }

    private static void WriteEndpoints(HtmlWriter page, InventoryDocument document) => HtmlTable.Write(
        page, "Endpoints",
        [
            ("Endpoint", HtmlColumn.Text), ("Network", HtmlColumn.Text), ("Address", HtmlColumn.Text), ("MAC", HtmlColumn.Text),
            ("Host", HtmlColumn.Text), ("Id", HtmlColumn.Text), ("Aliases", HtmlColumn.Wrapped),
        ],
        InventoryWords.AllNetworks(document).SelectMany(network => network.Endpoints.Select(endpoint => new[]
        {
            page => page.Element("b", Wording.NameOr(endpoint.Name, endpoint.Id)),
            Plain(Wording.NameOr(network.Name, network.Id)),
            Code(new[] { endpoint.Address, endpoint.AddressV6 }.OfType<string>()),
            Code(endpoint.Mac ?? ""),
            Code(endpoint.Host),
            page => page.Element("code", Wording.ShortId(endpoint.Id), "title", endpoint.Id),
            Plain(string.Join(", ", endpoint.Aliases)),
        })));

    private static void WriteHosts(HtmlWriter page, InventoryReport inventory) => HtmlTable.Write(
        page, "Hosts",
        [
            ("Host", HtmlColumn.Text), ("In docker/nodes", HtmlColumn.Text), ("Endpoints", HtmlColumn.Number), ("Networks", HtmlColumn.Wrapped),
        ],
        inventory.Document.Hosts.Select(host => new[]
        {
            Code(host.Address),
            page => page.Element(
                "span", host.Registered ? string.Join(", ", host.Advertised) : "no", "class", host.Registered ? "tag good" : "tag warn"),
            Plain(Wording.Number((long)host.Endpoints)),
            Plain(string.Join(", ", InventoryWords.NetworkNames(inventory, host))),
        }));

    private static void WriteForeignKeys(HtmlWriter page, InventoryDocument document)
    {
        page.Element("p", "They share the store and are left alone.");
        page.Open("ul");
        foreach (var key in document.ForeignKeys)
            page.Open("li").Element("code", key).CloseLine();
        page.CloseLine();
    }
}
