using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Markdown;
using static OverlayBridge.Reports.Markdown.MarkdownWriter;

namespace OverlayBridge.Reports.Audits;

/// <summary>An audit for an issue or a runbook. GitHub takes 65,536 letters in one, so long lists are cut.</summary>
internal static class AuditMarkdown
{
    private const int FindingsOfSeverityMax = 25;
    private const int ListMax = 10;

    public static void Write(TextWriter output, AuditDocument document)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"Audit of {Code(document.Source)}");
        markdown.Line($"{AuditWords.Verdict(document.Findings)} Looked at: {AuditWords.Counts(document.Counts)}"
            + (document.Index == 0 ? "." : $"; index {Wording.Index(document.Index)}."));
        foreach (var note in document.Notes)
            markdown.Line($"\nNote: {Prose(note)}");
        foreach (var group in document.Findings.GroupBy(finding => finding.Severity))
            Write(markdown, AuditWords.Title(group.Key), [.. group]);
    }

    private static void Write(MarkdownWriter markdown, string title, List<AuditFinding> findings)
    {
        markdown.Heading(3, $"{title} ({findings.Count})");
        foreach (var finding in findings.Take(FindingsOfSeverityMax))
            Write(markdown, finding);
        if (findings.Count > FindingsOfSeverityMax)
            markdown.Line($"- … and {findings.Count - FindingsOfSeverityMax} more; `-o json` has them all.");
    }

    private static void Write(MarkdownWriter markdown, AuditFinding finding)
    {
        var network = AuditWords.NetworkOf(finding) is { } name ? $", network {Code(name)}" : "";
        markdown.Line($"- **{finding.Rule} {Prose(finding.Name)}**{network}: {Prose(finding.Message)}");
        markdown.Line($"  - Subject: {Code(finding.Subject)}");
        markdown.Line($"  - Likely cause: {Prose(finding.Cause)}");
        markdown.Line($"  - Repair: {Prose(finding.Repair)}{Mended(finding)}");
        List(markdown, "Also", [.. finding.Explains.Select(explained => $"{Prose(AuditWords.NameOf(explained))} {Code(explained.Subject)}")]);
        List(markdown, "Keys", [.. finding.Keys.Select(Code)]);
    }

    private static string Mended(AuditFinding finding) =>
        !finding.RepairableWith.IsEmpty ? $" (`overlaybridge repair` can do it with {string.Join(" and ", finding.RepairableWith.Select(Code))})"
        : finding.Repairable ? " (`overlaybridge repair` can do it)"
        : "";

    private static void List(MarkdownWriter markdown, string title, List<string> items)
    {
        if (items.Count == 0)
            return;
        var more = items.Count > ListMax ? $", and {items.Count - ListMax} more" : "";
        markdown.Line($"  - {title}: {string.Join(", ", items.Take(ListMax))}{more}");
    }
}
