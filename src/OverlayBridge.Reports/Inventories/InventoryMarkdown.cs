using System.Collections.Immutable;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Markdown;
using static OverlayBridge.Reports.Markdown.MarkdownWriter;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The inventory for an issue or a runbook.</summary>
internal static class InventoryMarkdown
{
    public static void Write(TextWriter output, InventoryReport inventory)
    {
        var markdown = new MarkdownWriter(output);
        var document = inventory.Document;
        markdown.Heading(2, $"Overlay networks in {Code(document.Source)}");
        markdown.Line(
            InventoryWords.Counts(document.Counts) + (document.Index == 0 ? "." : $"; index {Wording.Index(document.Index)}."));
        AddRemarks(markdown, inventory.Remarks);
        AddNetworks(markdown, document);
        AddEndpoints(markdown, document);
        AddPools(markdown, inventory.Pools);
        AddHosts(markdown, inventory);
        AddForeignKeys(markdown, document);
    }

    private static void AddRemarks(MarkdownWriter markdown, IReadOnlyList<Remark> remarks)
    {
        markdown.Heading(3, remarks.Count == 0 ? "Nothing needs attention" : "Needs attention");
        foreach (var remark in remarks)
            markdown.Line($"- {Code(remark.Subject)}: {Prose(remark.Text)}");
    }

    private static void AddNetworks(MarkdownWriter markdown, InventoryDocument document)
    {
        if (document.Networks.IsEmpty && document.Remnants.IsEmpty)
            return;
        markdown.Heading(3, "Networks");
        markdown.Table(
            ["Network", "Id", "Subnets", "VNI", "Endpoints", "Properties"],
            InventoryWords.AllNetworks(document).Select(network => new[]
            {
                network.Name is { } name ? Code(name) : "–", Code(Wording.ShortId(network.Id)),
                Lines(network.Subnets.Select(subnet => Code(subnet.Subnet))),
                Lines(network.Subnets.Select(InventoryWords.Vni)),
                $"{network.EndpointCount}", string.Join(", ", InventoryWords.Properties(network).Select(Code)),
            }));
    }

    private static void AddEndpoints(MarkdownWriter markdown, InventoryDocument document)
    {
        if (document.Counts.Endpoints == 0)
            return;
        markdown.Heading(3, "Endpoints");
        markdown.Table(
            ["Endpoint", "Network", "Address", "MAC", "Host"],
            InventoryWords.AllNetworks(document).SelectMany(network => network.Endpoints.Select(endpoint => new[]
            {
                Code(Wording.NameOr(endpoint.Name, endpoint.Id)), Code(Wording.NameOr(network.Name, network.Id)),
                Lines(new[] { endpoint.Address, endpoint.AddressV6 }.OfType<string>().Select(Code)),
                Code(endpoint.Mac ?? ""), Code(endpoint.Host),
            })));
    }

    private static void AddPools(MarkdownWriter markdown, ImmutableArray<PoolMap> pools)
    {
        if (pools.IsEmpty)
            return;
        markdown.Heading(3, "Address pools");
        markdown.Table(
            ["Pool", "Networks", "Used", "Reserved", "Free", "To look at"],
            pools.Select(pool => new[]
            {
                Code(pool.Pool.Subnet), string.Join(", ", pool.Networks.Select(Code)),
                Wording.Number(pool.Map.Count(AddressState.Used)), Wording.Number(pool.Map.Count(AddressState.Reserved)),
                pool.Pool.Free is { } free ? Wording.Number(free) : "?", pool.OddStates,
            }));
    }

    private static void AddHosts(MarkdownWriter markdown, InventoryReport inventory)
    {
        if (inventory.Document.Hosts.IsEmpty)
            return;
        markdown.Heading(3, "Hosts");
        markdown.Table(
            ["Host", "In docker/nodes", "Endpoints", "Networks"],
            inventory.Document.Hosts.Select(host => new[]
            {
                Code(host.Address), host.Registered ? string.Join(", ", host.Advertised.Select(Code)) : "no", $"{host.Endpoints}",
                string.Join(", ", InventoryWords.NetworkNames(inventory, host).Select(Code)),
            }));
    }

    private static void AddForeignKeys(MarkdownWriter markdown, InventoryDocument document)
    {
        if (document.ForeignKeys.IsEmpty)
            return;
        markdown.Heading(3, "Keys of other programs (left alone)");
        foreach (var key in document.ForeignKeys)
            markdown.Line($"- {Code(key)}");
    }

    private static string Lines(IEnumerable<string> cells) => string.Join("<br>", cells);
}
