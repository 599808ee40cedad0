using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;
using static OverlayBridge.Reports.Markdown.MarkdownWriter;

namespace OverlayBridge.Reports.Repairs;

/// <summary>A repair in all its forms. Text for a terminal cuts long lists; the JSON has all, with the values before and after.</summary>
public sealed class RepairReport(RepairDocument document) : IReport
{
    private const int ListMax = 10;

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(document.Index == 0 ? $"Repair of {document.Source}" : $"Repair of {document.Source} at index {Wording.Index(document.Index)}");
        report.Line(RepairWords.Verdict(document));
        foreach (var remark in RepairWords.Remarks(document))
            report.Line(remark, Tone.Faint);
        if (!document.Steps.IsEmpty)
            report.Heading($"Steps ({document.Steps.Length})");
        foreach (var step in document.Steps)
            Write(report, step);
        if (!document.Refused.IsEmpty)
            report.Heading($"Left alone ({document.Refused.Length})");
        foreach (var refused in document.Refused)
        {
            report.Line($"{refused.Rule} {refused.Name}", Tone.Warning, 2);
            report.Line(Wording.ShortIds(refused.Message), indent: 4);
            report.Line($"Why: {Wording.ShortIds(refused.Reason)}", indent: 4);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.RepairDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"Repair of {Code(document.Source)}");
        markdown.Line(Prose(RepairWords.Verdict(document)));
        foreach (var remark in RepairWords.Remarks(document))
            markdown.Line($"\n{Prose(remark)}");
        if (!document.Steps.IsEmpty)
            markdown.Heading(3, $"Steps ({document.Steps.Length})");
        foreach (var step in document.Steps)
        {
            var network = RepairWords.NetworkOf(step) is { } name ? $", network {Code(name)}" : "";
            markdown.Line($"- **{step.Rule} {Prose(step.Name)}**{network}: {RepairWords.Name(step.Result)}. {Prose(step.Reason)}".TrimEnd());
            foreach (var message in step.Messages.Take(ListMax))
                markdown.Line($"  - {Prose(message)}");
            foreach (var write in step.Writes)
                markdown.Line($"  - {Code(write.Key)}: {string.Join("; ", write.Changes.Take(ListMax).Select(Prose))}{More(write.Changes.Length)}");
        }
        if (!document.Refused.IsEmpty)
            markdown.Heading(3, $"Left alone ({document.Refused.Length})");
        foreach (var refused in document.Refused)
            markdown.Line($"- **{refused.Rule} {Prose(refused.Name)}** {Code(refused.Subject)}: {Prose(refused.Message)} {Prose(refused.Reason)}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Repair", $"Of {document.Source}", stamp, WriteOverview,
        [new PageSection("steps", "Steps", WriteSteps), new PageSection("left", "Left alone", WriteRefused)]);

    private static void Write(TextReport report, RepairStepView step)
    {
        var network = RepairWords.NetworkOf(step) is { } name ? $"  network {name}" : "";
        report.Line($"{step.Rule} {step.Name}{network}: {RepairWords.Name(step.Result)}", RepairWords.ToneOf(step.Result), 2);
        foreach (var message in step.Messages.Take(ListMax))
            report.Line(Wording.ShortIds(message), indent: 4);
        if (step.Messages.Length > ListMax)
            report.Line($"and {step.Messages.Length - ListMax} more", Tone.Faint, 4);
        if (step.Reason.Length > 0)
            report.Line($"Why: {step.Reason}", indent: 4);
        foreach (var write in step.Writes)
        {
            report.Line($"{write.Action} {write.Key}", Tone.Faint, 4);
            foreach (var change in write.Changes.Take(ListMax))
                report.Line(change, indent: 6);
            if (write.Changes.Length > ListMax)
                report.Line($"and {write.Changes.Length - ListMax} more: -o json has them all", Tone.Faint, 6);
        }
    }

    private static string More(int count) => count > ListMax ? $"; and {count - ListMax} more" : "";

    private void WriteOverview(HtmlWriter page)
    {
        page.Element("p", RepairWords.Verdict(document), "class", "verdict").Line();
        foreach (var remark in RepairWords.Remarks(document))
            page.Element("p", remark, "class", "sub").Line();
    }

    private void WriteSteps(HtmlWriter page)
    {
        if (document.Steps.IsEmpty)
            page.Element("p", "None.").Line();
        else
            HtmlTable.Write(
                page, "Steps",
                [("Rule", HtmlColumn.Text), ("Result", HtmlColumn.Wrapped), ("What is wrong", HtmlColumn.Wrapped), ("Key", HtmlColumn.Wrapped), ("Change", HtmlColumn.Wrapped)],
                document.Steps.Select(step => (IReadOnlyList<Action<HtmlWriter>>)
                [
                    HtmlTable.Plain($"{step.Rule} {step.Name}"),
                    HtmlTable.Plain($"{RepairWords.Name(step.Result)} {step.Reason}".TrimEnd()),
                    HtmlTable.Plain(string.Join(' ', step.Messages)),
                    HtmlTable.Code(step.Writes.Select(write => write.Key)),
                    HtmlTable.Code(step.Writes.SelectMany(write => write.Changes)),
                ]));
    }

    private void WriteRefused(HtmlWriter page)
    {
        if (document.Refused.IsEmpty)
            page.Element("p", "Nothing.").Line();
        else
            HtmlTable.Write(
                page, "Left alone", [("Rule", HtmlColumn.Text), ("Subject", HtmlColumn.Wrapped), ("What is wrong", HtmlColumn.Wrapped), ("Why it is left", HtmlColumn.Wrapped)],
                document.Refused.Select(refused => (IReadOnlyList<Action<HtmlWriter>>)
                [
                    HtmlTable.Plain($"{refused.Rule} {refused.Name}"), HtmlTable.Code(refused.Subject),
                    HtmlTable.Plain(refused.Message), HtmlTable.Plain(refused.Reason),
                ]));
    }
}
