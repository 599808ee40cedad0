using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Exposures;

/// <summary>Networks and their exposures; with <paramref name="detail"/> a line for each host too.</summary>
public sealed class NetworksReport(NetworksDocument document, bool detail) : IReport
{
    private const int Indent = 2;

    private static readonly string[] NetworkHeaders = ["Network", "Id", "Subnet", "VNI", "Endpoints", "Exposed", "Fence", "Hosts"];
    private static readonly string[] HostHeaders = ["Host", "VTEP", "Side", "Endpoints", "Entries", "State"];

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        if (document.Networks.IsEmpty)
            report.Line($"{document.Source} holds no legacy networks. Import them first: overlaybridge import STATE --to {document.Source}");
        else
            report.Table(NetworkTable());
        foreach (var network in Exposed())
        {
            report.Heading($"Addresses of {Wording.NameOr(network.Name, network.Id)}");
            foreach (var (text, isBad) in Addresses(network.Exposure!))
                report.Line(text, isBad ? Tone.Warning : Tone.Plain, Indent);
            report.Heading($"Hosts of {Wording.NameOr(network.Name, network.Id)}");
            report.Table(HostTable(network.Exposure!), Indent);
            foreach (var (host, text) in Problems(network.Exposure!))
                report.Line($"{host}: {text}", Tone.Bad, Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.NetworksDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"Legacy networks in {MarkdownWriter.Code(document.Source)}");
        markdown.Table(NetworkHeaders, document.Networks.Select(network => NetworkCells(network).Select(MarkdownWriter.Prose).ToArray()));
        foreach (var network in Exposed())
        {
            markdown.Heading(3, $"Addresses of {MarkdownWriter.Code(Wording.NameOr(network.Name, network.Id))}");
            foreach (var (text, _) in Addresses(network.Exposure!))
                markdown.Line($"- {MarkdownWriter.Prose(text)}");
            markdown.Heading(3, $"Hosts of {MarkdownWriter.Code(Wording.NameOr(network.Name, network.Id))}");
            markdown.Table(HostHeaders, network.Exposure!.Hosts.Select(host => HostCells(host).Select(MarkdownWriter.Prose).ToArray()));
            foreach (var (host, text) in Problems(network.Exposure))
                markdown.Line($"- {MarkdownWriter.Code(host)}: {MarkdownWriter.Prose(text)}");
        }
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Exposed networks", $"Legacy networks in {document.Source}", stamp, static _ => { },
        [
            new("networks", "Networks", page => Write(page, "Networks", NetworkHeaders, document.Networks.Select(NetworkCells))),
            .. Exposed().Select((network, at) => new PageSection(
                string.Create(CultureInfo.InvariantCulture, $"hosts{at}"), $"Hosts of {Wording.NameOr(network.Name, network.Id)}",
                page => WriteHosts(page, network.Exposure!))),
        ]);

    private IEnumerable<NetworkLine> Exposed() => detail ? document.Networks.Where(network => network.Exposure is not null) : [];

    /// <summary>Without the id, for which 80 columns have no room.</summary>
    private TextTable NetworkTable()
    {
        var table = new TextTable(
            ("Network", ColumnKind.Flexible), ("Subnet", ColumnKind.Whole), ("VNI", ColumnKind.Number),
            ("Endpoints", ColumnKind.Number), ("Exposed", ColumnKind.Whole), ("Fence", ColumnKind.Whole), ("Hosts", ColumnKind.Whole));
        foreach (var network in document.Networks)
            table.Add([.. NetworkCells(network).Where((_, at) => NetworkHeaders[at] != "Id").Select(text => new Cell(text))]);
        return table;
    }

    private static TextTable HostTable(ExposureLine exposure)
    {
        var table = new TextTable(
            ("Host", ColumnKind.Flexible), ("VTEP", ColumnKind.Whole), ("Side", ColumnKind.Whole), ("Endpoints", ColumnKind.Number),
            ("Entries", ColumnKind.Whole), ("State", ColumnKind.Flexible));
        foreach (var host in exposure.Hosts)
            table.Add([.. HostCells(host).Select(text => new Cell(text, host.IsWell ? Tone.Plain : Tone.Bad))]);
        return table;
    }

    private static string[] NetworkCells(NetworkLine network) =>
    [
        Wording.NameOr(network.Name, network.Id), Wording.ShortId(network.Id), network.Subnet,
        network.Vni == 0 ? "–" : network.Vni.ToString(CultureInfo.InvariantCulture), Wording.Number((long)network.Endpoints),
        network.Exposure?.State ?? "no", network.Exposure is { } shared ? $"{shared.Fence}{(shared.Subnets.Length > 1 ? $" +{shared.Subnets.Length - 1}" : "")}" : "",
        network.Exposure is { } exposure ? $"{exposure.Hosts.Count(host => host.IsWell)} of {exposure.Hosts.Length} well" : "",
    ];

    private static string[] HostCells(ExposureHost host) =>
    [
        host.Name, host.Vtep, host.Side, Wording.Number((long)host.Endpoints), $"{host.Programmed} of {host.Desired}",
        host.State == "lost" ? "lost" : host.Error is null ? "up" : "error",
    ];

    private static IEnumerable<(string Host, string Text)> Problems(ExposureLine exposure) =>
        from host in exposure.Hosts
        from text in host.Error is { } error ? host.Differences.Prepend(error) : host.Differences
        select (host.Name, text);

    private static IEnumerable<(string Text, bool IsBad)> Addresses(ExposureLine exposure)
    {
        foreach (var subnet in exposure.Subnets)
            yield return (
                $"{subnet.Subnet}: swarm gives out {subnet.Fence}{(subnet.Reserves.IsEmpty ? "" : $"; for fixed addresses {string.Join(", ", subnet.Reserves)}")}; " +
                $"VNI {subnet.LegacyVni}{(subnet.SwarmVni == subnet.LegacyVni ? "" : $", in swarm {subnet.SwarmVni}")}", false);
        var use = exposure.Use;
        yield return (
            $"Of {Wording.Number(use.Addresses)} addresses for swarm {Wording.Number((long)use.Containers)} are in use by containers, {Wording.Number((long)use.LoadBalancers)} by load-balancer endpoints of hosts.", false);
        if (use.IsNearlyFull)
            yield return ("That is nearly full: 'network expose NAME --grow LENGTH' sets a block aside for fixed addresses.", true);
    }

    private static void WriteHosts(HtmlWriter page, ExposureLine exposure)
    {
        page.Open("ul", "class", "remarks").Line();
        foreach (var (text, isBad) in Addresses(exposure))
            page.Open("li", "class", isBad ? null : "plain").Text(text).CloseLine();
        page.CloseLine();
        Write(page, "Hosts", HostHeaders, exposure.Hosts.Select(HostCells));
        page.Open("ul", "class", "remarks").Line();
        foreach (var (host, text) in Problems(exposure))
            page.Open("li", "class", "bad").Element("code", host).Text(text).CloseLine();
        page.CloseLine();
    }

    private static void Write(HtmlWriter page, string label, IReadOnlyList<string> headers, IEnumerable<string[]> rows) => HtmlTable.Write(
        page, label, [.. headers.Select(header => (header, HtmlColumn.Text))],
        rows.Select(cells => cells.Select(HtmlTable.Plain).ToArray()));
}
