using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.Inventories;

/// <summary>An inventory in all its forms.</summary>
public sealed class InventoryReport : IReport
{
    public InventoryReport(Inventory inventory, ImmutableArray<FenceView> fences)
    {
        Document = InventoryDocument.Of(inventory, fences);
        Pools = PoolMap.AllOf(Document);
        Remarks = InventoryRemarks.Of(Document, Pools);
        NetworksByHost = InventoryWords.AllNetworks(Document)
            .SelectMany(network => network.Endpoints.CountBy(endpoint => endpoint.Host)
                .Select(count => (Host: count.Key, Link: (network, count.Value))))
            .ToLookup(link => link.Host, link => link.Link);
    }

    internal InventoryDocument Document { get; }

    internal ImmutableArray<PoolMap> Pools { get; }

    internal IReadOnlyList<Remark> Remarks { get; }

    /// <summary>By address of a host: the networks that it has endpoints on, with how many.</summary>
    internal ILookup<string, (NetworkView Network, int Endpoints)> NetworksByHost { get; }

    public void WriteTable(TextWriter output, int width, bool colour) => InventoryTable.Write(output, this, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, Document, ReportJson.Default.InventoryDocument);

    public void WriteMarkdown(TextWriter output) => InventoryMarkdown.Write(output, this);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => InventoryHtml.Write(output, this, stamp);
}
