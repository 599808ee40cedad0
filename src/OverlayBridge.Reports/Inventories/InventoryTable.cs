using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The inventory for a terminal.</summary>
internal static class InventoryTable
{
    private const int Indent = 2;

    public static void Write(TextWriter output, InventoryReport inventory, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        var document = inventory.Document;
        report.Heading(document.Index == 0 ? document.Source : $"{document.Source} at index {Wording.Index(document.Index)}");
        report.Line(InventoryWords.Counts(document.Counts));
        AddNetworks(report, document);
        AddEndpoints(report, document);
        AddPools(report, inventory.Pools);
        AddHosts(report, inventory);
        AddForeignKeys(report, document);
        AddRemarks(report, inventory.Remarks);
    }

    private static void AddNetworks(TextReport report, InventoryDocument document)
    {
        var table = new TextTable(
            ("Network", ColumnKind.Flexible), ("Id", ColumnKind.Whole), ("Subnet", ColumnKind.Whole),
            ("VNI", ColumnKind.Number), ("Endpoints", ColumnKind.Number), ("Properties", ColumnKind.Flexible));
        foreach (var network in InventoryWords.AllNetworks(document))
        {
            var rest = new Cell[]
            {
                $"{network.EndpointCount}", string.Join(' ', InventoryWords.Properties(network)),
            };
            var subnets = network.Subnets.Cast<SubnetView?>().DefaultIfEmpty(null).ToList();
            for (var at = 0; at < subnets.Count; at++)
                table.Add([
                    at == 0 ? Wording.NameOr(network.Name, network.Id) : "", at == 0 ? Wording.ShortId(network.Id) : "",
                    subnets[at]?.Subnet ?? "", InventoryWords.Vni(subnets[at]),
                    .. at == 0 ? rest : ["", ""],
                ]);
        }

        Section(report, "Networks", document.Networks.Length + document.Remnants.Length, table);
    }

    private static void AddEndpoints(TextReport report, InventoryDocument document)
    {
        var table = new TextTable(
            ("Endpoint", ColumnKind.Flexible), ("Network", ColumnKind.Flexible), ("Address", ColumnKind.Whole),
            ("Host", ColumnKind.Whole));
        foreach (var network in InventoryWords.AllNetworks(document))
            foreach (var endpoint in network.Endpoints)
            {
                table.Add(
                    Wording.NameOr(endpoint.Name, endpoint.Id), Wording.NameOr(network.Name, network.Id),
                    endpoint.Address ?? endpoint.AddressV6 ?? "", endpoint.Host);
                if (endpoint is { Address: not null, AddressV6: { } second })
                    table.Add("", "", second, "");
            }

        Section(report, "Endpoints", document.Counts.Endpoints, table);
    }

    private static void AddPools(TextReport report, ImmutableArray<PoolMap> pools)
    {
        var table = new TextTable(
            ("Pool", ColumnKind.Whole), ("Networks", ColumnKind.Flexible), ("Used", ColumnKind.Number),
            ("Reserved", ColumnKind.Number), ("Free", ColumnKind.Number), ("To look at", ColumnKind.Flexible));
        foreach (var pool in pools)
            table.Add(
                pool.Pool.Subnet, string.Join(' ', pool.Networks), Wording.Number(pool.Map.Count(AddressState.Used)),
                Wording.Number(pool.Map.Count(AddressState.Reserved)), pool.Pool.Free is { } free ? Wording.Number(free) : "?",
                new Cell(pool.OddStates, Tone.Warning));
        Section(report, "Address pools", pools.Length, table);
    }

    private static void AddHosts(TextReport report, InventoryReport inventory)
    {
        var table = new TextTable(
            ("Host", ColumnKind.Whole), ("IN DOCKER/NODES", ColumnKind.Whole), ("Endpoints", ColumnKind.Number),
            ("Networks", ColumnKind.Flexible));
        foreach (var host in inventory.Document.Hosts)
            table.Add(
                host.Address,
                host.Registered ? new Cell(string.Join(' ', host.Advertised), Tone.Good) : new Cell("no", host.IsLost ? Tone.Warning : Tone.Plain),
                $"{host.Endpoints}", string.Join(' ', InventoryWords.NetworkNames(inventory, host)));
        Section(report, "Hosts", inventory.Document.Hosts.Length, table);
    }

    private static void AddForeignKeys(TextReport report, InventoryDocument document)
    {
        if (document.ForeignKeys.IsEmpty)
            return;
        report.Heading("Keys of other programs (left alone)");
        foreach (var key in document.ForeignKeys)
            report.Line(key, indent: Indent);
    }

    private static void AddRemarks(TextReport report, IReadOnlyList<Remark> remarks)
    {
        report.Heading(remarks.Count == 0 ? "Nothing needs attention" : $"Needs attention ({remarks.Count})");
        foreach (var remark in remarks)
        {
            report.Line(remark.Subject, remark.Tone, Indent);
            report.Line(remark.Text, indent: 2 * Indent);
        }
    }

    private static void Section(TextReport report, string title, int count, TextTable table)
    {
        if (count == 0)
            return;
        report.Heading(title);
        report.Table(table, Indent);
    }
}
