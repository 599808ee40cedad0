using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Exposures;

/// <summary>What an expose or unexpose changes, in all forms.</summary>
public sealed class ExposureReport(ExposureDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => (document.Command, document.State) switch
    {
        ("expose", ExposureDocument.Planned) => $"Exposing '{document.Network.Name}' would change:",
        ("expose", ExposureDocument.Done) => $"'{document.Network.Name}' is exposed. Changed:",
        ("expose", _) => $"'{document.Network.Name}' is exposed already; nothing was changed.",
        (_, ExposureDocument.Planned) => $"Unexposing '{document.Network.Name}' would change:",
        _ => $"'{document.Network.Name}' is no longer exposed. Changed:",
    };

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var change in document.Changes)
        {
            report.Line($"{Sign(change.Action)} {change.Kind}  {change.Path}", ToneOf(change.Action), Indent);
            foreach (var line in Lines(change))
                report.Line(line, indent: 3 * Indent);
        }

        report.Heading($"Subnet {document.Subnet}, set aside for swarm: {document.Fence}");
        if (document.FenceReason.Length > 0)
            report.Line(document.FenceReason, indent: Indent);
        foreach (var (heading, tone, lines) in Remarks())
        {
            report.Heading(heading);
            foreach (var line in lines)
                report.Line(line, tone, Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.ExposureDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Table(
            ["", "Kind", "What", "Before", "After"],
            document.Changes.Select(change => new[]
            {
                Sign(change.Action), change.Kind, MarkdownWriter.Code(change.Path), MarkdownWriter.Prose(change.Before ?? "–"),
                MarkdownWriter.Prose(change.After ?? "–"),
            }));
        markdown.Line($"\nSubnet {MarkdownWriter.Code(document.Subnet)}, set aside for swarm: {MarkdownWriter.Code(document.Fence)}. {MarkdownWriter.Prose(document.FenceReason)}");
        foreach (var (heading, _, lines) in Remarks())
        {
            markdown.Heading(3, heading);
            foreach (var line in lines)
                markdown.Line($"- {MarkdownWriter.Prose(line)}");
        }
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, $"Subnet {document.Subnet}, set aside for swarm: {document.Fence}. {document.FenceReason}", stamp, static _ => { },
        [new("changes", "Changes", WriteChanges), .. Remarks().Select(remark => new PageSection(remark.Heading.ToLowerInvariant().Replace(' ', '-'), remark.Heading, page => WriteLines(page, remark.Lines)))]);

    private IEnumerable<(string Heading, Tone Tone, IReadOnlyList<string> Lines)> Remarks()
    {
        if (!document.InUseBy.IsEmpty)
            yield return ("Still in use by", Tone.Bad, document.InUseBy);
        if (!document.Open.IsEmpty)
            yield return ("Not there yet", Tone.Warning, document.Open);
        if (!document.Warnings.IsEmpty)
            yield return ("To know before", Tone.Warning, document.Warnings);
    }

    private void WriteChanges(HtmlWriter page) => HtmlTable.Write(
        page, "Changes",
        [("", HtmlColumn.Text), ("Kind", HtmlColumn.Text), ("What", HtmlColumn.Wrapped), ("Before", HtmlColumn.Wrapped), ("After", HtmlColumn.Wrapped)],
        document.Changes.Select(change => new[]
        {
            HtmlTable.Plain(Sign(change.Action)), HtmlTable.Plain(change.Kind), HtmlTable.Code(change.Path),
            HtmlTable.Plain(change.Before ?? "–"), HtmlTable.Plain(change.After ?? "–"),
        }));

    private static void WriteLines(HtmlWriter page, IReadOnlyList<string> lines)
    {
        page.Open("ul", "class", "remarks").Line();
        foreach (var line in lines)
            page.Element("li", line).Line();
        page.CloseLine();
    }

    private static IEnumerable<string> Lines(Overlay.Exposures.PlannedChange change) => (change.Before, change.After) switch
    {
        ({ } before, { } after) => [$"from {before}", $"to   {after}"],
        ({ } before, null) => [before],
        (null, { } after) => [after],
        _ => [],
    };

    private static string Sign(string action) => action switch { "add" => "+", "remove" => "-", "change" => "~", _ => "=" };

    private static Tone ToneOf(string action) => action switch
    {
        "add" => Tone.Good,
        "remove" => Tone.Bad,
        "change" => Tone.Warning,
        _ => Tone.Faint,
    };
}
