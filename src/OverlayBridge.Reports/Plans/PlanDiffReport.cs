using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Plans.Diffs;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Plans;

/// <summary>How two plans differ, in all forms.</summary>
public sealed class PlanDiffReport(PlanDiffDocument document) : IReport
{
    private const int Indent = 2;

    private string Verdict => document.Changes.IsEmpty
        ? "The plans say the same."
        : $"{document.Summary.Added} added, {document.Summary.Changed} changed, {document.Summary.Removed} removed.";

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Line($"From {document.From}");
        report.Line($"to   {document.To}");
        report.Line(Verdict);
        foreach (var group in document.Changes.GroupBy(static change => change.Kind))
        {
            report.Heading(Heading(group.Key));
            foreach (var change in group)
            {
                report.Line($"{Sign(change)} {change.Path}", ToneOf(change), Indent);
                if (change.Before is { } before)
                    report.Line($"was: {Wording.ShortIds(before)}", indent: 3 * Indent);
                if (change.After is { } after)
                    report.Line($"is:  {Wording.ShortIds(after)}", indent: 3 * Indent);
            }
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.PlanDiffDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"From {MarkdownWriter.Code(document.From)} to {MarkdownWriter.Code(document.To)}");
        markdown.Line(MarkdownWriter.Prose(Verdict));
        if (document.Changes.IsEmpty)
            return;
        markdown.Line("");
        markdown.Table(
            ["", "What", "Name", "Was", "Is"],
            document.Changes.Select(static change => (IReadOnlyList<string>)
                [change.Action.ToString().ToLowerInvariant(), change.Kind, MarkdownWriter.Prose(change.Path), Text(change.Before), Text(change.After)]));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Difference of two plans", $"From {document.From} to {document.To}: {Verdict}", stamp, static _ => { }, [new("changes", "Changes", WriteChanges)]);

    private void WriteChanges(HtmlWriter page)
    {
        if (document.Changes.IsEmpty)
        {
            page.Element("p", "None.").Line();
            return;
        }

        HtmlTable.Write(
            page, "Changes", [("Change", HtmlColumn.Text), ("What", HtmlColumn.Text), ("Name", HtmlColumn.Text), ("Was", HtmlColumn.Wrapped), ("Is", HtmlColumn.Wrapped)],
            document.Changes.Select(static change => (IReadOnlyList<Action<HtmlWriter>>)
            [
                page => page.Element("span", change.Action.ToString().ToLowerInvariant(), "class", change.Action.ToString().ToLowerInvariant()), HtmlTable.Plain(change.Kind),
                HtmlTable.Plain(change.Path), HtmlTable.Plain(Wording.ShortIds(change.Before ?? "")), HtmlTable.Plain(Wording.ShortIds(change.After ?? "")),
            ]));
    }

    private static string Text(string? text) => MarkdownWriter.Prose(Wording.ShortIds(text ?? ""));

    private static string Heading(string kind) => char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' ');

    private static string Sign(PlanChange change) => change.Action switch { ChangeAction.Added => "+", ChangeAction.Removed => "-", _ => "~" };

    private static Tone ToneOf(PlanChange change) => change.Action switch { ChangeAction.Added => Tone.Good, ChangeAction.Removed => Tone.Bad, _ => Tone.Warning };
}
