using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>A fault that another finding is the cause of, or one of several alike that a finding stands for.</summary>
/// <param name="Rule">Of the catalogue: <c>OB16</c>.</param>
/// <param name="Subject">As <see cref="AuditFinding.Subject"/>.</param>
/// <param name="Keys">Full store keys.</param>
/// <param name="Severity">What it would have had on its own.</param>
/// <param name="Repairable">Whether <c>overlaybridge repair</c> can mend it by itself.</param>
public sealed record ExplainedFinding(
    string Rule, string Subject, ImmutableArray<string> Keys, AuditSeverity Severity, bool Repairable)
{
    /// <summary>By content, the keys included.</summary>
    public bool Equals(ExplainedFinding? other) =>
        other is not null && Rule == other.Rule && Subject == other.Subject && Severity == other.Severity &&
        Repairable == other.Repairable && Keys.SequenceEqual(other.Keys);

    public override int GetHashCode() => HashCode.Combine(Rule, Subject);
}
