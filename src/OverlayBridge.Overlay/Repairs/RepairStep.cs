using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>The writes that mend one fault, or several of one rule that share a record, in the order in which they must be made.</summary>
public sealed record RepairStep
{
    /// <summary>Of the catalogue: <c>OB09</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule's slug: <c>leaked-address</c>.</summary>
    public required string Name { get; init; }

    public required AuditSeverity Severity { get; init; }

    /// <summary>Null when it concerns none, or several.</summary>
    public AuditNetwork? Network { get; init; }

    /// <summary>The faults, as an audit names them.</summary>
    public required ImmutableArray<string> Subjects { get; init; }

    /// <summary>What is wrong, a sentence or two for each subject.</summary>
    public required ImmutableArray<string> Messages { get; init; }

    public required ImmutableArray<RepairWrite> Writes { get; init; }

    /// <summary>Faults that are left when only the first of the writes were made; they may be mended then without being confirmed again.</summary>
    public ImmutableArray<RepairTarget> Remainders { get; init; } = [];

    public IEnumerable<RepairTarget> Targets => Subjects.Select(subject => new RepairTarget(Rule, subject));
}
