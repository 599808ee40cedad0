using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Takeovers;

/// <summary>What <c>takeover prepare</c> found and did, in all forms.</summary>
public sealed class PrepareReport(PrepareDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => document.State switch
    {
        "prepared" => $"The takeover of '{document.Prefix}' from {document.Source} is prepared.",
        "possible" => $"'{document.Prefix}' can be taken over from {document.Source}; nothing was changed.",
        _ => $"'{document.Prefix}' cannot be taken over from {document.Source} like this; nothing was changed.",
    };

    private string Next => document.State switch
    {
        "prepared" => "Next: 'overlaybridge takeover status', and when the time has come 'overlaybridge takeover commit'.",
        "possible" => "Next: the same command without --dry-run.",
        _ => "Next: mend what is marked as a problem, and repeat the command.",
    };

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        var widest = document.Checks.Max(static check => check.Name.Length);
        foreach (var check in document.Checks)
            report.Line($"{check.Verdict,-7}  {check.Name.PadRight(widest)}  {check.Text}", ToneOf(check.Verdict), Indent);
        report.Heading(Next);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.PrepareDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Table(["", "Check", "What was seen"], document.Checks.Select(static check => new[] { check.Verdict, check.Name, MarkdownWriter.Prose(check.Text) }));
        markdown.Line($"\n{MarkdownWriter.Prose(Next)}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, Next, stamp, static _ => { }, [new("checks", "Checks", WriteChecks)]);

    private void WriteChecks(HtmlWriter page) => HtmlTable.Write(
        page, "Checks", [("", HtmlColumn.Text), ("Check", HtmlColumn.Text), ("What was seen", HtmlColumn.Wrapped)],
        document.Checks.Select(static check => new[] { HtmlTable.Plain(check.Verdict), HtmlTable.Plain(check.Name), HtmlTable.Plain(check.Text) }));

    private static Tone ToneOf(string verdict) => verdict switch { "problem" => Tone.Bad, "note" => Tone.Warning, _ => Tone.Plain };
}
