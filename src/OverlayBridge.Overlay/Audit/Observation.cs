using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>What a rule saw, before it is known whether another observation explains it.</summary>
internal sealed record Observation
{
    public required AuditRule Rule { get; init; }

    public required AuditSeverity Severity { get; init; }

    public required string Subject { get; init; }

    public required ImmutableArray<string> Keys { get; init; }

    public required string Message { get; init; }

    public required string Cause { get; init; }

    public required string Repair { get; init; }

    public bool Repairable { get; init; }

    /// <summary>See <see cref="AuditRule.RepairableWith"/>; of no meaning where a rule that is <see cref="AuditRule.Repairable"/> saw what is not.</summary>
    public ImmutableArray<string> RepairableWith { get; init; } = [];

    public AuditNetwork? Network { get; init; }

    /// <summary>The things it is about, as <see cref="Thing"/> names them: what <see cref="OwnedBy"/> of others may name.</summary>
    public ImmutableArray<string> About { get; init; } = [];

    /// <summary>The things it may be a consequence of, the likeliest first.</summary>
    public ImmutableArray<string> OwnedBy { get; init; } = [];

    /// <summary>Observations of one rule and group become one finding; null for one of its own.</summary>
    public string? Group { get; init; }
}
