using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Reports.Audits;

/// <summary>
/// What <c>audit</c> shows. Its JSON is a contract: docs/schemas/audit.schema.json. A field is only ever added; anything else raises
/// <see cref="FormatVersion"/>.
/// </summary>
/// <param name="Source">The STATE as given, without secrets.</param>
/// <param name="Index">The store's index when it was read; 0 when the source does not say.</param>
/// <param name="Findings">The worst first.</param>
/// <param name="Notes">What could not be judged, and why; a sentence each.</param>
public sealed record AuditDocument(
    int FormatVersion,
    string Source,
    ulong Index,
    AuditCounts Counts,
    ImmutableArray<AuditFinding> Findings,
    ImmutableArray<string> Notes)
{
    public const int CurrentFormatVersion = 1;

    public static AuditDocument Of(AuditResult result) =>
        new(CurrentFormatVersion, result.Source, result.Index, result.Counts, result.Findings, result.Notes);
}
