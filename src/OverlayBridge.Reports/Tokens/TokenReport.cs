using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tokens;

/// <summary>A token that was made or revoked, in all forms.</summary>
public sealed class TokenReport(TokenDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => $"Token {document.Token.Id} ({document.Token.Name}) was {document.State}.";

    private IEnumerable<(string Name, string Value)> Lines
    {
        get
        {
            if (document.Secret is { } secret)
                yield return ("secret", secret);
            yield return ("role", document.Token.Role);
            yield return ("may", TokenWords.May(document.Token));
            yield return ("expires", TokenWords.Expires(document.Token));
        }
    }

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var (name, value) in Lines)
            report.Line($"{name,-8} {value}", indent: Indent);
        if (document.Secret is not null)
            report.Line("The secret is shown this once; the cluster keeps only its hash.", Tone.Faint, Indent);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.TokenDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        foreach (var (name, value) in Lines)
            markdown.Line($"- {name}: {MarkdownWriter.Code(value)}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Token", Title, stamp, static _ => { },
        [
            new("token", "Token", page => HtmlTable.Write(
                page, "Token", [("", HtmlColumn.Text), ("", HtmlColumn.Text)], Lines.Select(static line => new[] { HtmlTable.Plain(line.Name), HtmlTable.Plain(line.Value) }))),
        ]);
}
