using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Audits;

/// <summary>The rules that an audit knows: <c>audit --list-rules</c>. Its JSON is a contract: docs/schemas/audit-rules.schema.json.</summary>
public sealed record AuditRulesDocument(int FormatVersion, ImmutableArray<AuditRule> Rules)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>All rules in all forms.</summary>
public sealed class AuditRulesReport : IReport
{
    private const int Indent = 7;

    private static readonly AuditRulesDocument Document = new(AuditRulesDocument.CurrentFormatVersion, AuditRules.All);

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        foreach (var rule in Document.Rules)
        {
            report.Line($"{rule.Id}  {rule.Name}: {AuditWords.Class(rule.Severity)}{Marks(rule)}", AuditWords.ToneOf(rule.Severity));
            report.Line(rule.Meaning, indent: Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, Document, ReportJson.Default.AuditRulesDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Table(
            ["Rule", "Name", "Severity", "Broken when", "Subject", ""],
            Document.Rules.Select(rule => new[]
            {
                rule.Id, MarkdownWriter.Code(rule.Name), AuditWords.Class(rule.Severity), MarkdownWriter.Prose(rule.Meaning),
                MarkdownWriter.Prose(rule.Subject), Marks(rule).TrimStart(',', ' '),
            }));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Rules of the audit", "What each rule looks for", stamp, static _ => { },
        [new("rules", "Rules", static page => HtmlTable.Write(
            page, "Rules",
            [("Rule", HtmlColumn.Text), ("Name", HtmlColumn.Text), ("Severity", HtmlColumn.Text), ("Broken when", HtmlColumn.Wrapped), ("Subject", HtmlColumn.Wrapped), ("", HtmlColumn.Text)],
            Document.Rules.Select(rule => new[]
            {
                HtmlTable.Plain(rule.Id), HtmlTable.Code(rule.Name), HtmlTable.Plain(AuditWords.Class(rule.Severity)), HtmlTable.Plain(rule.Meaning),
                HtmlTable.Plain(rule.Subject), HtmlTable.Plain(Marks(rule).TrimStart(',', ' ')),
            })))]);

    // With a comma in front of each, to go on behind the severity.
    private static string Marks(AuditRule rule) => string.Concat(
        AuditWords.RepairableWith(rule.RepairableWith) is { } with ? $", {with}" : rule.Repairable ? ", repairable" : "", rule.Transient ? ", transient" : "", rule.NeedsEngines ? ", needs --engine" : "");
}
