using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Histories;

/// <summary>Who changed what when, in all forms; what one command did stands together.</summary>
public sealed class HistoryReport(HistoryDocument document) : IReport
{
    private const int Indent = 2;

    private static readonly string[] Headers = ["Time", "Index", "By", "", "What", "Before", "After"];

    private string Title => $"History of {document.Source}{(document.About.Length > 0 ? $": {document.About}" : "")}";

    private string Reach
    {
        get
        {
            var shown = document.Changes.IsEmpty ? "No changes" : $"{Wording.Count(document.Changes.Length, "change")}, the newest first";
            return $"{shown}. The store is at index {Wording.Index(document.Index)}; its history reaches back to {Wording.Index(document.ReachesBackTo)}.";
        }
    }

    private IEnumerable<string> Notes => document.More
        ? document.Notes.Append("There are older changes that fit: --limit shows more of them.")
        : document.Notes;

    private IEnumerable<IGrouping<(ulong Index, DateTimeOffset? Time, HistoryBy By), HistoryChangeView>> Commands =>
        document.Changes.GroupBy(static change => (change.Index, change.Time, change.By));

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        report.Line(Reach);
        foreach (var note in Notes)
            report.Line($"Note: {note}", Tone.Warning);
        foreach (var command in Commands)
        {
            report.Heading($"{HistoryWords.Time(command.Key.Time)}  index {Wording.Index(command.Key.Index)}");
            report.Line(HistoryWords.By(command.Key.By), Tone.Faint);
            foreach (var change in command)
                Write(report, change);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.HistoryDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Line(MarkdownWriter.Prose(Reach));
        foreach (var note in Notes)
            markdown.Line($"\nNote: {MarkdownWriter.Prose(note)}");
        if (document.Changes.IsEmpty)
            return;
        markdown.Line("");
        markdown.Table(Headers, document.Changes.Select(static change => new[]
        {
            HistoryWords.Time(change.Time), Wording.Index(change.Index), MarkdownWriter.Prose(HistoryWords.By(change.By)),
            MarkdownWriter.Code($"{HistoryWords.Sign(change.Action)}"), MarkdownWriter.Code(HistoryWords.Subject(change)),
            MarkdownWriter.Prose(Side(change, static field => field.Before)), MarkdownWriter.Prose(Side(change, static field => field.After)),
        }));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "History", Title, stamp,
        page =>
        {
            page.Element("p", Reach);
            foreach (var note in Notes)
                page.Element("p", $"Note: {note}", "class", "sub");
        },
        [
            new("changes", "Changes", page => HtmlTable.WriteFolded(
                page, "Changes",
                [.. Headers.Select(static header => (header, header switch { "Index" => HtmlColumn.Number, "What" or "Before" or "After" => HtmlColumn.Wrapped, _ => HtmlColumn.Text }))],
                document.Changes.Length,
                document.Changes.Select(static change => new HtmlRow(
                    null,
                    HtmlTable.Plain(HistoryWords.Time(change.Time)), HtmlTable.Plain(Wording.Index(change.Index)), HtmlTable.Plain(HistoryWords.By(change.By)),
                    HtmlTable.Plain($"{HistoryWords.Sign(change.Action)}"), HtmlTable.Code(HistoryWords.Subject(change)),
                    HtmlTable.Plain(Side(change, static field => field.Before)), HtmlTable.Plain(Side(change, static field => field.After)))))),
        ]);

    private static void Write(TextReport report, HistoryChangeView change)
    {
        report.Line($"{HistoryWords.Sign(change.Action)} {HistoryWords.Subject(change)}", HistoryWords.ToneOf(change.Action), Indent);
        foreach (var (field, before, after) in HistoryWords.Fields(change))
            report.Line($"{field}: {before} -> {after}", indent: 3 * Indent);
    }

    private static string Side(HistoryChangeView change, Func<(string Field, string Before, string After), string> side) =>
        string.Join(", ", HistoryWords.Fields(change).Select(field => $"{field.Field} {side(field)}"));
}
