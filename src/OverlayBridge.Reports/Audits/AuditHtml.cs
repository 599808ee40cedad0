using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Pages;

namespace OverlayBridge.Reports.Audits;

/// <summary>Findings as a section of a page, with links to what they are about; alone, or in the page of a whole store.</summary>
internal static class AuditHtml
{
    private const int OpenOfSeverity = 20;

    /// <summary>A page of findings alone.</summary>
    public static void Write(TextWriter output, AuditDocument document, ReportStamp stamp)
    {
        var subtitle = document.Index == 0 ? document.Source : $"{document.Source} at index {Wording.Index(document.Index)}";
        HtmlPage.Write(
            output, "Audit", $"{subtitle}: {AuditWords.Counts(document.Counts)}", stamp,
            page => WriteOverview(page, document), [Section(document, PageLinks.Of(document.Findings))]);
    }

    /// <summary>The section of the findings.</summary>
    public static PageSection Section(AuditDocument document, PageLinks links) =>
        new("findings", "Findings", page => Write(page, document, links));

    /// <summary>Counts by severity as tiles, each a link to the first of its findings.</summary>
    public static void WriteTiles(HtmlWriter page, ImmutableArray<AuditFinding> findings)
    {
        foreach (var severity in AuditWords.Severities)
        {
            var count = findings.Count(finding => finding.Severity == severity);
            page.Open("li", "class", count == 0 ? "none" : AuditWords.Class(severity)).Element("b", Wording.Number((long)count));
            page.Element("span", severity == AuditSeverity.Critical ? "critical" : Wording.Plural(count, severity == AuditSeverity.Info ? "note" : AuditWords.Class(severity)));
            page.Close();
        }
    }

    private static void WriteOverview(HtmlWriter page, AuditDocument document)
    {
        page.Open("ul", "class", "tiles");
        WriteTiles(page, document.Findings);
        page.CloseLine();
    }

    private static void Write(HtmlWriter page, AuditDocument document, PageLinks links)
    {
        page.Element("p", AuditWords.Verdict(document.Findings), "class", document.Findings.IsEmpty ? "verdict good" : "verdict").Line();
        foreach (var note in document.Notes)
            page.Element("p", $"Note: {note}", "class", "sub").Line();
        foreach (var group in links.Findings.Select((finding, at) => (Finding: finding, At: at)).GroupBy(each => each.Finding.Severity))
            WriteGroup(page, group.Key, [.. group], links);
        HtmlTable.WriteMore(page, document.Findings.Length, links.Findings.Length, "finding", "overlaybridge audit -o json lists them all.");
        if (AuditWords.RepairOptions(document.Findings) is { Length: > 0 } options)
            page.Open("p").Text("What can be mended by the tool, to look at first: ").Element("code", $"overlaybridge repair STATE --dry-run {options}")
                .Text(AuditWords.RepairNeeds(document.Findings) is { } needs ? $" {needs}" : "").CloseLine();
    }

    // The first ones open, the rest folded; a link to one of these opens the fold.
    private static void WriteGroup(HtmlWriter page, AuditSeverity severity, IReadOnlyList<(AuditFinding Finding, int At)> findings, PageLinks links)
    {
        page.Element("h3", AuditWords.Title(severity), "class", "severity").Line();
        foreach (var (finding, at) in findings.Take(OpenOfSeverity))
            Write(page, finding, PageLinks.FindingAnchor(at), links);
        if (findings.Count <= OpenOfSeverity)
            return;
        page.Open("details", "class", "fold").Element("summary", $"{Wording.Number((long)findings.Count - OpenOfSeverity)} more").Line();
        foreach (var (finding, at) in findings.Skip(OpenOfSeverity))
            Write(page, finding, PageLinks.FindingAnchor(at), links);
        page.CloseLine();
    }

    private static void Write(HtmlWriter page, AuditFinding finding, string anchor, PageLinks links)
    {
        page.Open("article", "class", $"finding {AuditWords.Class(finding.Severity)}", "id", anchor).Open("h4");
        page.Element("span", finding.Rule, "class", $"tag {AuditWords.Class(finding.Severity)}").Text($" {finding.Name} ");
        if (finding.Network is { } network)
        {
            page.Open("span", "class", "where").Text("network ");
            HtmlTable.WriteLink(page, links.AnchorOf(network.Id), Wording.NameOr(network.Name, network.Id));
            page.Close();
        }

        page.Close().Element("p", finding.Message).Line();
        page.Open("dl");
        page.Element("dt", "Subject").Open("dd").Open("code");
        HtmlTable.WriteLink(page, links.AnchorOfSubject(finding.Subject), finding.Subject);
        page.Close().Close();
        page.Element("dt", "Likely cause").Element("dd", finding.Cause);
        page.Element("dt", "Repair").Open("dd").Text(finding.Repair);
        if (AuditWords.RepairableWith(finding.RepairableWith) is { } with)
            page.Text(" ").Element("span", with, "class", "tag good");
        else if (finding.Repairable)
            page.Text(" ").Element("span", "repairable", "class", "tag good");
        page.Close().CloseLine();
        WriteList(page, "Also explains", finding.Explains, explained =>
        {
            page.Text($"{AuditWords.NameOf(explained)} ").Open("code");
            HtmlTable.WriteLink(page, links.AnchorOfSubject(explained.Subject), explained.Subject);
            page.Close();
        });
        WriteList(page, "Keys", finding.Keys, key => page.Element("code", key));
        page.CloseLine();
    }

    private static void WriteList<T>(HtmlWriter page, string title, ImmutableArray<T> items, Action<T> write)
    {
        if (items.IsEmpty)
            return;
        page.Open("details").Element("summary", $"{title} ({Wording.Number((long)items.Length)})").Open("ul");
        foreach (var item in items.Take(PageLimits.KeysOfFinding))
        {
            page.Open("li");
            write(item);
            page.Close();
        }

        page.Close();
        HtmlTable.WriteMore(page, items.Length, Math.Min(items.Length, PageLimits.KeysOfFinding), "line", "audit -o json lists them all.");
        page.CloseLine();
    }
}
