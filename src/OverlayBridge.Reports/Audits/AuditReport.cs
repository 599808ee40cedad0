using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Reports.Audits;

/// <summary>An audit in all its forms.</summary>
public sealed class AuditReport(AuditResult result) : IReport
{
    internal AuditDocument Document { get; } = AuditDocument.Of(result);

    /// <summary>Whether a finding, or one that it explains, is at least as severe as this: what the exit code is made from.</summary>
    public bool HasAtLeast(AuditSeverity severity) => Document.Findings.Any(finding => finding.Worst <= severity);

    public void WriteTable(TextWriter output, int width, bool colour) => AuditTable.Write(output, Document, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, Document, ReportJson.Default.AuditDocument);

    public void WriteMarkdown(TextWriter output) => AuditMarkdown.Write(output, Document);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => AuditHtml.Write(output, Document, stamp);
}
