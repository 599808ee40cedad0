using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Plans;

/// <summary>What is wrong with a plan file, in all forms.</summary>
public sealed class PlanValidationReport(PlanValidationDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => $"Check of {document.File}";

    private string Verdict => document.Faults.IsEmpty
        ? "The plan is valid."
        : $"{Wording.Count(document.Faults.Length, "fault")}: the plan cannot be carried out as it is.";

    private string Read => document.Plan is null
        ? "It cannot be read as a plan."
        : $"Plan '{document.Plan}': {Wording.Count(document.Hosts, "host")}, {Wording.Count(document.Containers, "container")}, {Wording.Count(document.Stages, "stage")}.";

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        report.Line(Verdict, document.Faults.IsEmpty ? Tone.Good : Tone.Bad);
        report.Line(Read, Tone.Faint);
        foreach (var fault in document.Faults)
        {
            report.Heading(Place(fault));
            report.Line($"error: {fault.Message}", Tone.Bad, Indent);
            report.Line($"why: {fault.Cause}", indent: 2 * Indent);
            report.Line($"fix: {fault.Repair}", indent: 2 * Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.PlanValidationDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Line(MarkdownWriter.Prose($"{Verdict} {Read}"));
        foreach (var fault in document.Faults)
        {
            markdown.Line($"- {MarkdownWriter.Code(Place(fault))}: {MarkdownWriter.Prose(fault.Message)}");
            markdown.Line($"  {MarkdownWriter.Prose(fault.Cause)} {MarkdownWriter.Prose(fault.Repair)}");
        }
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, $"{Verdict} {Read}", stamp, static _ => { }, [new("faults", "Faults", WriteFaults)]);

    private void WriteFaults(HtmlWriter page)
    {
        if (document.Faults.IsEmpty)
        {
            page.Element("p", "None.").Line();
            return;
        }

        HtmlTable.Write(
            page, "Faults", [("Place", HtmlColumn.Text), ("What is wrong", HtmlColumn.Wrapped), ("Why", HtmlColumn.Wrapped), ("What to do", HtmlColumn.Wrapped)],
            document.Faults.Select(fault => (IReadOnlyList<Action<HtmlWriter>>)
                [HtmlTable.Code(Place(fault)), HtmlTable.Plain(fault.Message), HtmlTable.Plain(fault.Cause), HtmlTable.Plain(fault.Repair)]));
    }

    private string Place(PlanFaultLine fault) => string.Create(CultureInfo.InvariantCulture, $"{document.File}:{fault.Line}:{fault.Column}");
}
