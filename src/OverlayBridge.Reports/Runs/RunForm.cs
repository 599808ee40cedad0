using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Runs;

/// <summary>A report that is a title, some lines and some tables, in its forms for people.</summary>
/// <param name="Lines">Below the title.</param>
internal sealed record RunForm(string Title, IReadOnlyList<RunFormLine> Lines, IReadOnlyList<RunSection> Sections)
{
    private const int Indent = 2;

    /// <summary>On a page, above the tables; null for none.</summary>
    public PageSection? Picture { get; init; }

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var line in Lines)
            report.Line(line.Words, line.Tone, Indent);
        foreach (var section in Sections.Where(static section => section.Rows.Count > 0))
        {
            report.Heading(section.Title);
            if (section.Columns.Count == 1)
            {
                foreach (var row in section.Rows)
                    report.Line(row.Cells[0], row.Tone, Indent);
                continue;
            }
            var table = new TextTable([.. section.Columns]);
            foreach (var row in section.Rows)
                table.Add([.. row.Cells.Select((text, at) => new Cell(text, at == row.ToneAt ? row.Tone : Tone.Plain))]);
            report.Table(table, Indent);
        }
    }

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        foreach (var line in Lines)
            markdown.Line($"- {MarkdownWriter.Prose(line.Words)}");
        foreach (var section in Sections.Where(static section => section.Rows.Count > 0))
        {
            markdown.Heading(3, MarkdownWriter.Prose(section.Title));
            markdown.Table([.. section.Columns.Select(static column => column.Header)], section.Rows.Select(static row => row.Cells.Select(MarkdownWriter.Prose).ToArray()));
        }
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp)
    {
        var tables = Sections.Where(static section => section.Rows.Count > 0).Select((section, at) => new PageSection($"part-{at}", section.Title, page => Write(page, section)));
        HtmlPage.Write(output, Title, "", stamp, WriteLines, Picture is { } picture ? [picture, .. tables] : [.. tables]);
    }

    private void WriteLines(HtmlWriter page)
    {
        page.Open("ul", "class", "remarks lines").Line();
        foreach (var line in Lines)
        {
            page.Open("li", "class", line.Tone switch { Tone.Good => "good", Tone.Warning => null, Tone.Bad => "bad", _ => "plain" });
            if (line.Progress is { } progress)
                page.Element("progress", line.Text, "value", $"{progress.Done}", "max", $"{Math.Max(1, progress.All)}").Text(" ");
            page.Text(line.Text).CloseLine();
        }
        page.CloseLine();
    }

    private static void Write(HtmlWriter page, RunSection section) => HtmlTable.WriteFolded(
        page, section.Title, [.. section.Columns.Select(static column => (column.Header, column.Kind switch { ColumnKind.Number => HtmlColumn.Number, ColumnKind.Flexible or ColumnKind.Sentence => HtmlColumn.Wrapped, _ => HtmlColumn.Text }))],
        section.Rows.Count, section.Rows.Select(static row => new HtmlRow(null, [.. row.Cells.Select(HtmlTable.Plain)])));
}

/// <param name="Progress">Drawn before the text.</param>
internal sealed record RunFormLine(string Text, Tone Tone, (int Done, int All)? Progress = null)
{
    private const int BarColumns = 20;

    /// <summary>With the progress in letters.</summary>
    public string Words => Progress is { } progress ? $"{Bar(progress.Done, progress.All)} {Text}" : Text;

    private static string Bar(int done, int all)
    {
        var filled = all == 0 ? BarColumns : done * BarColumns / all;
        return $"[{new string('#', filled)}{new string('.', BarColumns - filled)}]";
    }
}

/// <summary>A table; with one column, lines.</summary>
internal sealed record RunSection(string Title, IReadOnlyList<(string Header, ColumnKind Kind)> Columns, IReadOnlyList<RunRow> Rows);

/// <param name="ToneAt">The cell that the tone is of.</param>
internal sealed record RunRow(Tone Tone, int ToneAt, params IReadOnlyList<string> Cells);
