using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.Inventories;

/// <summary>A host with endpoints on a network.</summary>
internal sealed record HostLink(string Host, NetworkView Network, int Endpoints);

/// <summary>An inventory in all its forms.</summary>
public sealed class InventoryReport : IReport
{
    public InventoryReport(Inventory inventory, ImmutableArray<FenceView> fences)
    {
        Document = InventoryDocument.Of(inventory, fences);
        Pools = PoolMap.AllOf(Document);
        NetworksByHost = Links().ToLookup(link => link.Host);
    }

    internal InventoryDocument Document { get; }

    internal ImmutableArray<PoolMap> Pools { get; }

    internal IReadOnlyList<Remark> Remarks => field ??= InventoryRemarks.Of(Document, Pools);

    /// <summary>By address of a host: the networks that it has endpoints on, with how many.</summary>
    internal ILookup<string, HostLink> NetworksByHost { get; }

    private IEnumerable<HostLink> Links()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var network in InventoryWords.AllNetworks(Document))
        {
            counts.Clear();
            network.CountByHost(counts);
            foreach (var (host, count) in counts)
                yield return new HostLink(host, network, count);
        }
    }

    public void WriteTable(TextWriter output, int width, bool colour) => InventoryTable.Write(output, this, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, Document, ReportJson.Default.InventoryDocument);

    public void WriteMarkdown(TextWriter output) => InventoryMarkdown.Write(output, this);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => InventoryHtml.Write(output, this, stamp);
}
