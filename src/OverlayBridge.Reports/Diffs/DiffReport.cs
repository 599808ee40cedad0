using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Diffs;

/// <summary>A difference between two stores in all its forms.</summary>
/// <param name="withKeys">List the raw keys too; without it they are counted only.</param>
public sealed class DiffReport(StateDiff diff, bool withKeys) : IReport
{
    private readonly DiffDocument _document = DiffDocument.Of(diff, withKeys);

    /// <summary>Nothing differs: what the exit code is made from, as is the text.</summary>
    public bool IsEmpty => diff.IsEmpty;

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading($"From {_document.From}");
        report.Line($"to   {_document.To}", Tone.Heading);
        report.Line(Verdict, IsEmpty ? Tone.Good : Tone.Plain);
        foreach (var note in _document.Notes)
            report.Line($"Note: {note}", Tone.Warning);
        DiffBody.Write(report, _document.Changes);
        if (_document.Keys is { IsEmpty: false } keys)
            DiffBody.Write(report, keys);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, _document, ReportJson.Default.DiffDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"Difference from {MarkdownWriter.Code(_document.From)} to {MarkdownWriter.Code(_document.To)}");
        markdown.Line(Verdict);
        foreach (var note in _document.Notes)
            markdown.Line($"\nNote: {MarkdownWriter.Prose(note)}");
        DiffBody.Write(markdown, _document.Changes);
        if (_document.Keys is { IsEmpty: false } keys)
            DiffBody.Write(markdown, keys);
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp)
    {
        var sections = DiffBody.Sections(_document.Changes).ToList();
        if (_document.Keys is { IsEmpty: false } keys)
            sections.Add(DiffBody.Section(keys));
        HtmlPage.Write(
            output, "Difference between two stores", $"From {_document.From} to {_document.To}", stamp, page => WriteOverview(page, _document.Summary, Verdict, _document.Notes), sections);
    }

    /// <summary>The difference as one section of a page that shows more than that.</summary>
    internal PageSection Section() => new("changes", "Changes", page =>
    {
        page.Element("p", $"From {_document.From} to {_document.To}.", "class", "sub").Line();
        WriteOverview(page, _document.Summary, Verdict, _document.Notes);
        foreach (var section in DiffBody.Sections(_document.Changes))
        {
            page.Element("h3", section.Title, "class", "severity").Line();
            section.Write(page);
        }
    });

    internal static void WriteOverview(HtmlWriter page, DiffSummary summary, string verdict, IEnumerable<string> notes)
    {
        page.Open("ul", "class", "tiles");
        Tile(page, summary.Added, "added");
        Tile(page, summary.Changed, "changed");
        Tile(page, summary.Removed, "removed");
        page.CloseLine().Element("p", verdict);
        foreach (var note in notes)
            page.Element("p", $"Note: {note}", "class", "sub");
    }

    private static void Tile(HtmlWriter page, int count, string noun) =>
        page.Open("li").Element("b", Wording.Number((long)count)).Element("span", noun).Close();

    private string Verdict
    {
        get
        {
            if (IsEmpty)
                return _document.IndexesCompared
                    ? "No difference, byte for byte and index for index."
                    : "No difference, byte for byte.";
            var keys = $"Keys: {DiffWords.Counts(_document.KeySummary)}{(withKeys ? "" : " (--keys lists them)")}.";
            return DiffWords.Total(_document.Summary) == 0
                ? $"Nothing differs by meaning. {keys}"
                : $"By meaning: {DiffWords.Counts(_document.Summary)}. {keys}";
        }
    }
}
