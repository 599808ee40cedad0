using System.Collections.Immutable;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Plans.Diffs;

namespace OverlayBridge.Reports.Plans;

/// <summary>What <c>plan diff</c> shows. Its JSON is a contract: docs/schemas/plan-diff.schema.json.</summary>
/// <param name="From">The file that changes are counted from.</param>
/// <param name="Summary">Counts <paramref name="Changes"/>.</param>
public sealed record PlanDiffDocument(int FormatVersion, string From, string To, DiffSummary Summary, ImmutableArray<PlanChange> Changes)
{
    public const int CurrentFormatVersion = 1;

    public static PlanDiffDocument Of(string from, string to, ImmutableArray<PlanChange> changes) =>
        new(CurrentFormatVersion, from, to, DiffSummary.Of(changes.Select(static change => change.Action)), changes);
}
