using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>A rule of the catalogue (spec: legacy overlay KV layout, §8).</summary>
/// <param name="Number">In the catalogue.</param>
/// <param name="Name">Slug: <c>leaked-address</c>.</param>
/// <param name="Severity">As a rule; the evidence can make a single finding more or less severe.</param>
/// <param name="Title">A few words.</param>
/// <param name="Meaning">When it is broken, one line.</param>
/// <param name="Subject">
/// The form of its findings' subject, with full ids: <c>NID</c>, <c>NID/EID</c>, <c>POOL ADDRESS</c>, <c>VNI</c>, <c>KEY</c>…
/// </param>
public sealed record AuditRule(
    int Number, string Name, AuditSeverity Severity, string Title, string Meaning, string Subject)
{
    /// <summary><c>OB09</c>.</summary>
    public string Id => $"OB{Number:00}";

    /// <summary>
    /// True for milliseconds within ordinary operations, so that only records that two reads show unchanged are reported.
    /// </summary>
    public bool Transient { get; init; }

    /// <summary><c>overlaybridge repair</c> can mend it, as a rule, by what the store says; with <see cref="RepairableWith"/> if that is not empty.</summary>
    public bool Repairable { get; init; }

    /// <summary>
    /// Options that <c>overlaybridge repair</c> needs for it, because the store alone does not tell whether a container or a host still lives:
    /// <c>--engine</c> (for every host), <c>--hosts-gone</c>. Empty when it needs none, or can never mend it.
    /// </summary>
    public ImmutableArray<string> RepairableWith { get; init; } = [];

    /// <summary>Finds nothing unless engines are asked.</summary>
    public bool NeedsEngines { get; init; }
}
