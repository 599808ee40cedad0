using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>What an audit found.</summary>
public sealed record AuditResult
{
    /// <summary>Where the image came from.</summary>
    public required string Source { get; init; }

    /// <summary>The store's index, 0 when the source does not say.</summary>
    public required ulong Index { get; init; }

    public required AuditCounts Counts { get; init; }

    /// <summary>By severity, rule, name and id of the network, subject.</summary>
    public required ImmutableArray<AuditFinding> Findings { get; init; }

    /// <summary>What could not be judged, and why; a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
