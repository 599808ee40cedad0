using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Audits;

/// <summary>An audit for a terminal: ids as Docker shows them, long lists cut. The JSON has all, whole.</summary>
internal sealed class AuditTable
{
    private const int Indent = 2;
    private const int FindingsOfSeverityMax = 100;
    private const int KeysMax = 3;
    private const int ExplainedMax = 6;

    private readonly TextReport _report;

    private AuditTable(TextReport report) => _report = report;

    public static void Write(TextWriter output, AuditDocument document, int width, bool colour) =>
        new AuditTable(new TextReport(output, width, colour)).Write(document);

    private void Write(AuditDocument document)
    {
        _report.Heading(document.Index == 0 ? document.Source : $"{document.Source} at index {Wording.Index(document.Index)}");
        _report.Line(AuditWords.Counts(document.Counts));
        _report.Line(AuditWords.Verdict(document.Findings), document.Findings.IsEmpty ? Tone.Good : AuditWords.ToneOf(document.Findings[0].Severity));
        foreach (var note in document.Notes)
            _report.Line($"Note: {note}", Tone.Warning);
        foreach (var group in document.Findings.GroupBy(finding => finding.Severity))
            Write(group.Key, [.. group]);
        if (AuditWords.RepairOptions(document.Findings) is { Length: > 0 } options)
        {
            _report.Heading("What overlaybridge repair can mend");
            _report.Line($"overlaybridge repair STATE --dry-run {options}", indent: Indent);
            if (AuditWords.RepairNeeds(document.Findings) is { } needs)
                _report.Line(needs, indent: Indent);
        }
    }

    private void Write(AuditSeverity severity, ImmutableArray<AuditFinding> findings)
    {
        _report.Heading($"{AuditWords.Title(severity)} ({findings.Length})");
        foreach (var finding in findings.Take(FindingsOfSeverityMax))
            Write(finding);
        if (findings.Length > FindingsOfSeverityMax)
            _report.Line($"… and {findings.Length - FindingsOfSeverityMax} more: -o json has them all.", indent: Indent);
    }

    private void Write(AuditFinding finding)
    {
        var network = AuditWords.NetworkOf(finding) is { } name ? $"  network {name}" : "";
        _report.Line($"{AuditWords.Title(finding)}{network}", AuditWords.ToneOf(finding.Severity), Indent);
        Line("", finding.Message);
        Line("Cause:  ", finding.Cause);
        Line("Repair: ", AuditWords.RepairableWith(finding.RepairableWith) is { } with ? $"{finding.Repair} ({with})" : finding.Repair);
        var others = finding.Explains.Where(explained => explained.Rule != finding.Rule).ToList(); // those of its own rule are in the message's count
        foreach (var explained in others.Take(ExplainedMax))
            Line("Also:   ", $"{AuditWords.NameOf(explained)} {explained.Subject}");
        More(others.Count - ExplainedMax, "like that");
        foreach (var key in finding.Keys.Take(KeysMax))
            Line("Key:    ", key, Tone.Faint);
        More(finding.Keys.Length - KeysMax, Wording.Plural(finding.Keys.Length - KeysMax, "key"));
    }

    private void Line(string label, string text, Tone tone = Tone.Plain) => _report.Line(label + Wording.ShortIds(text), tone, 2 * Indent);

    private void More(int count, string what)
    {
        if (count > 0)
            _report.Line($"        and {count} more {what}: -o json has them all", Tone.Faint, 2 * Indent);
    }
}
