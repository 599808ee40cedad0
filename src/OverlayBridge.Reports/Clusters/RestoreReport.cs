using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Clusters;

/// <summary>What a restore changes, in all forms.</summary>
public sealed class RestoreReport(RestoreDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => document.State == RestoreDocument.Done
        ? $"{document.Target} was restored from {document.File}."
        : $"Dry run, nothing was changed. A restore of {document.Target} from {document.File}:";

    private IEnumerable<string> Lines =>
    [
        string.Create(CultureInfo.InvariantCulture, $"the snapshot holds {document.Keys} keys and {document.Sessions} sessions at index {document.Index}"),
        string.Create(CultureInfo.InvariantCulture, $"{document.Added} keys come back, {document.Changed} get another value or index, {document.Removed} go"),
    ];

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var line in Lines)
            report.Line(line, indent: Indent);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.RestoreDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        foreach (var line in Lines)
            markdown.Line($"- {MarkdownWriter.Prose(line)}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Restore", $"{Title} {string.Join("; ", Lines)}.", stamp, static _ => { }, []);
}
