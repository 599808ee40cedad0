using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>
/// One fault with its evidence. There is no other machine-readable evidence than <see cref="Rule"/>, <see cref="Subject"/>
/// and <see cref="Keys"/>: whoever repairs has to read the records anew anyway, and everything (ordinal, right count, VNI)
/// follows from them and the subject. A finding that stands for several of one rule lists each in <see cref="Explains"/>
/// with a subject of its own.
/// </summary>
public sealed record AuditFinding
{
    /// <summary>Of the catalogue: <c>OB09</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule's slug: <c>leaked-address</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Of this finding alone; see <see cref="Worst"/>.</summary>
    public required AuditSeverity Severity { get; init; }

    /// <summary>Null when it belongs to no network, or to several.</summary>
    public AuditNetwork? Network { get; init; }

    /// <summary>Full store keys of the records in question.</summary>
    public required ImmutableArray<string> Keys { get; init; }

    /// <summary>What is broken, in full ids and addresses; <see cref="AuditRule.Subject"/> gives the form.</summary>
    public required string Subject { get; init; }

    /// <summary>What is wrong, with the evidence in numbers and names.</summary>
    public required string Message { get; init; }

    /// <summary>What it likely comes from.</summary>
    public required string Cause { get; init; }

    /// <summary>What to do, or why nothing safe can be done online.</summary>
    public required string Repair { get; init; }

    /// <summary>Whether <c>overlaybridge repair</c> can mend it by what the store says; with <see cref="RepairableWith"/> if that is not empty.</summary>
    public required bool Repairable { get; init; }

    /// <summary>
    /// Options that <c>overlaybridge repair</c> can mend it with and not without, for the store alone does not tell it enough: <c>--engine</c> (of
    /// every host), <c>--hosts-gone</c>. Empty when it needs none, or cannot mend it.
    /// </summary>
    public ImmutableArray<string> RepairableWith { get; init; } = [];

    /// <summary>Faults that this one is the cause of; they are not listed on their own.</summary>
    public ImmutableArray<ExplainedFinding> Explains { get; init; } = [];

    /// <summary>The worst severity among this finding and those that it explains: what a threshold is to be held against.</summary>
    public AuditSeverity Worst => Explains.Aggregate(Severity, (worst, e) => e.Severity < worst ? e.Severity : worst);

    /// <summary>By content, keys and explained findings included.</summary>
    public bool Equals(AuditFinding? other) =>
        other is not null && Rule == other.Rule && Name == other.Name && Severity == other.Severity && Network == other.Network &&
        Subject == other.Subject && Message == other.Message && Cause == other.Cause && Repair == other.Repair &&
        Repairable == other.Repairable && RepairableWith.SequenceEqual(other.RepairableWith) && Keys.SequenceEqual(other.Keys) && Explains.SequenceEqual(other.Explains);

    public override int GetHashCode() => HashCode.Combine(Rule, Subject);
}
