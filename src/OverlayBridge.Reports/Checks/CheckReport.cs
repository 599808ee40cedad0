using System.Globalization;
using OverlayBridge.Overlay.Checks;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Checks;

/// <summary>A check of a shared network in all forms.</summary>
public sealed class CheckReport(CheckDocument document) : IReport
{
    private const int Indent = 2;

    /// <summary>Of paths that are not well; a cluster that is cut in two has them by the thousand.</summary>
    private const int MostPaths = 50;

    private static readonly string[] HostHeaders = ["Host", "VTEP", "Side", "Subnet", "VNI", "MTU", "Uplink"];
    private static readonly string[] PathHeaders = ["From", "To", "Probes"];

    private string Title => $"Check of '{document.Network.Name}'";

    private string Verdict => document.Findings.IsEmpty
        ? $"All is well: {Ways}."
        : $"{Wording.Count(Number(CheckFinding.Error), "error")}, {Wording.Count(Number(CheckFinding.Warning), "warning")}: {Ways}.";

    private string Ways => $"probes went through on {Wording.Number((long)document.Ways)} of {Wording.Count(document.Paths.Length, "way")} between {Wording.Count(document.Hosts.Length, "host")}";

    private IEnumerable<CheckedPath> Bad => document.Paths.Where(static path => path.State != "ok");

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        report.Line(Verdict, document.Findings.IsEmpty ? Tone.Good : Tone.Bad);
        foreach (var finding in document.Findings)
        {
            report.Heading($"{finding.Severity} {finding.Code}{(finding.Hosts.IsEmpty ? "" : ": " + string.Join(", ", finding.Hosts))}");
            report.Line(finding.What, finding.Severity == CheckFinding.Error ? Tone.Bad : Tone.Warning, Indent);
            report.Line($"why: {finding.Why}", indent: Indent);
            report.Line($"fix: {finding.Remedy}", indent: Indent);
        }

        report.Heading("Hosts");
        report.Table(HostTable(), Indent);
        if (!Bad.Any())
            return;
        report.Heading("Ways that are not well");
        report.Table(PathTable(), Indent);
        if (Bad.Count() > MostPaths)
            report.Line($"and {Wording.Number((long)(Bad.Count() - MostPaths))} more: -o json has them all", Tone.Faint, Indent);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.CheckDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Line(MarkdownWriter.Prose(Verdict));
        foreach (var finding in document.Findings)
            markdown.Line($"\n- **{finding.Severity} {finding.Code}** {MarkdownWriter.Prose($"{finding.What} {finding.Why} {finding.Remedy}")}");
        markdown.Heading(3, "Hosts");
        markdown.Table(HostHeaders, HostRows().Select(static row => row.Select(MarkdownWriter.Prose).ToArray()));
        if (!Bad.Any())
            return;
        markdown.Heading(3, "Ways that are not well");
        markdown.Table(PathHeaders, Bad.Take(MostPaths).Select(static path => PathRow(path).Select(MarkdownWriter.Prose).ToArray()));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, Verdict, stamp, static _ => { },
        [
            new("findings", "Findings", WriteFindings),
            new("hosts", "Hosts", page => Write(page, "Hosts", HostHeaders, HostRows())),
            new("ways", "Ways", page => Write(page, "Ways", PathHeaders, document.Paths.Select(PathRow))),
        ]);

    private void WriteFindings(HtmlWriter page)
    {
        page.Open("ul", "class", "remarks").Line();
        if (document.Findings.IsEmpty)
            page.Element("li", "Nothing was found.").Line();
        foreach (var finding in document.Findings)
            page.Open("li", "class", finding.Severity == CheckFinding.Error ? "bad" : "").Element("code", finding.Code)
                .Text($"{finding.What} {finding.Why} {finding.Remedy}").CloseLine();
        page.CloseLine();
    }

    private TextTable HostTable()
    {
        var table = new TextTable(
            ("Host", ColumnKind.Flexible), ("VTEP", ColumnKind.Whole), ("Side", ColumnKind.Whole), ("Subnet", ColumnKind.Whole), ("VNI", ColumnKind.Number),
            ("MTU", ColumnKind.Number), ("Uplink", ColumnKind.Number));
        foreach (var row in HostRows())
            table.Add([.. row.Select(static text => new Cell(text))]);
        return table;
    }

    private TextTable PathTable()
    {
        var table = new TextTable(("From", ColumnKind.Flexible), ("To", ColumnKind.Flexible), ("Probes", ColumnKind.Whole));
        foreach (var path in Bad.Take(MostPaths))
            table.Add([.. PathRow(path).Select(text => new Cell(text, path.State == "unknown" ? Tone.Warning : Tone.Bad))]);
        return table;
    }

    private IEnumerable<string[]> HostRows()
    {
        foreach (var host in document.Hosts)
        {
            var uplink = Text(host.UplinkMtu);
            if (host.Devices.IsEmpty)
                yield return [host.Name, host.Vtep, "–", "–", "–", "–", uplink];
            foreach (var device in host.Devices)
                yield return [host.Name, host.Vtep, device.Side, device.Subnet, device.Vni.ToString(CultureInfo.InvariantCulture), Text(device.Mtu), uplink];
        }
    }

    private static string[] PathRow(CheckedPath path) => [path.From, path.To, path.State switch
    {
        "ok" => "arrive",
        "short-only" => "short ones arrive",
        "lost" => "lost",
        _ => "not known",
    }];

    private static void Write(HtmlWriter page, string label, IReadOnlyList<string> headers, IEnumerable<string[]> rows) => HtmlTable.Write(
        page, label, [.. headers.Select(static header => (header, HtmlColumn.Text))], rows.Select(static cells => cells.Select(HtmlTable.Plain).ToArray()));

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private int Number(string severity) => document.Findings.Count(finding => finding.Severity == severity);
}
