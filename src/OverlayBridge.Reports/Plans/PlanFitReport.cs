using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Plans;

/// <summary>How the world differs from a plan, and what was done about it, in all forms.</summary>
public sealed class PlanFitReport(PlanFitDocument document) : IReport
{
    private const int Indent = 2;

    private string Verdict => document.Result switch
    {
        PlanFitDocument.Fits => "The plan fits as it is.",
        PlanFitDocument.Refreshed => $"{Wording.Count(document.Changes.Length, "change")} taken over; the stages stay as they were.",
        PlanFitDocument.WouldRefresh => $"{Wording.Count(document.Changes.Length, "change")} would be taken over; the stages stay as they are.",
        _ => $"Refused: {Wording.Count(document.Changes.Count(static change => !change.Safe), "change")} of {Wording.Number((long)document.Changes.Length)} cannot be taken over.",
    };

    private string Compared => string.Create(
        CultureInfo.InvariantCulture, $"Plan '{document.Plan}' was made at index {document.PlanIndex}; {document.Source} is at {document.Index}.");

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(document.File);
        report.Line(Verdict, document.Result == PlanFitDocument.Refused ? Tone.Bad : Tone.Good);
        report.Line(Compared, Tone.Faint);
        foreach (var change in document.Changes)
        {
            report.Line($"{(change.Safe ? "~" : "!")} {Wording.ShortIds(change.Message)}", change.Safe ? Tone.Warning : Tone.Bad, Indent);
            if (change.Repair.Length > 0)
                report.Line($"fix: {change.Repair}", indent: 3 * Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.PlanFitDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Code(document.File));
        markdown.Line(MarkdownWriter.Prose($"{Verdict} {Compared}"));
        foreach (var change in document.Changes)
            markdown.Line($"- {(change.Safe ? "" : "**not safe** ")}{MarkdownWriter.Prose($"{Wording.ShortIds(change.Message)} {change.Repair}".TrimEnd())}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, $"Plan '{document.Plan}' and the world", $"{Verdict} {Compared}", stamp, static _ => { }, [new("changes", "Changes", WriteChanges)]);

    private void WriteChanges(HtmlWriter page)
    {
        if (document.Changes.IsEmpty)
        {
            page.Element("p", "None.").Line();
            return;
        }

        HtmlTable.Write(
            page, "Changes", [("Safe", HtmlColumn.Text), ("Change", HtmlColumn.Wrapped), ("What to do", HtmlColumn.Wrapped)],
            document.Changes.Select(static change => (IReadOnlyList<Action<HtmlWriter>>)
                [HtmlTable.Plain(change.Safe ? "yes" : "no"), HtmlTable.Plain(Wording.ShortIds(change.Message)), HtmlTable.Plain(change.Repair)]));
    }
}
