using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tokens;

/// <summary>All tokens, in all forms.</summary>
public sealed class TokensReport(TokensDocument document) : IReport
{
    private static readonly string[] Headers = ["Id", "Name", "Role", "May", "Expires"];

    private string Title => document.Tokens.IsEmpty
        ? $"No tokens in {document.Source}"
        : $"{Wording.Count(document.Tokens.Length, "token")} in {document.Source}";

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        if (document.Tokens.IsEmpty)
            return;
        var table = new TextTable(
            ("Id", ColumnKind.Whole), ("Name", ColumnKind.Flexible), ("Role", ColumnKind.Whole), ("May", ColumnKind.Flexible), ("Expires", ColumnKind.Whole));
        foreach (var token in document.Tokens)
            table.Add([.. Cells(token).Select(text => new Cell(text, token.Expired ? Tone.Faint : Tone.Plain))]);
        report.Table(table);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.TokensDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Table(Headers, document.Tokens.Select(token => Cells(token).Select(MarkdownWriter.Prose).ToArray()));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Tokens", Title, stamp, static _ => { },
        [
            new("tokens", "Tokens", page => HtmlTable.Write(
                page, "Tokens", [.. Headers.Select(header => (header, HtmlColumn.Text))], document.Tokens.Select(token => Cells(token).Select(HtmlTable.Plain).ToArray()))),
        ]);

    private static string[] Cells(TokenEntry token) => [token.Id, token.Name, token.Role, TokenWords.May(token), TokenWords.Expires(token)];
}
