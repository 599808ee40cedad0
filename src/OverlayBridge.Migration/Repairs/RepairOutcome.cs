using System.Collections.Immutable;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Migration.Repairs;

/// <summary>What a repair did, or would do.</summary>
/// <param name="Index">The store's index when the repair was planned.</param>
/// <param name="Applied">False: nothing was written, and the steps are what would be.</param>
/// <param name="Backup">The copy made before the first write; null when nothing was written.</param>
/// <param name="Conflicts">How often somebody else changed a key first.</param>
public sealed record RepairOutcome(
    string Source, ulong Index, bool Applied, string? Backup, int Conflicts,
    ImmutableArray<StepOutcome> Steps, ImmutableArray<RepairRefusal> Refused, ImmutableArray<string> Notes)
{
    /// <summary>Something is to be repaired, or was meant to be and was not.</summary>
    public bool HasWork => Steps.Any(s => s.Result != StepResult.Done && s.Result != StepResult.Gone);
}

/// <summary>What became of a step.</summary>
/// <param name="Step">As it was carried out, or last planned.</param>
/// <param name="Reason">Why it is not done; empty otherwise.</param>
public sealed record StepOutcome(RepairStep Step, StepResult Result, string Reason = "");

/// <summary>How a step ended.</summary>
public enum StepResult
{
    /// <summary>Not carried out: a dry run.</summary>
    Planned,

    /// <summary>Written, and seen mended by another read.</summary>
    Done,

    /// <summary>Not needed any more: the evidence was gone before it was written.</summary>
    Gone,

    /// <summary>Not mended; the reason says why.</summary>
    Failed,
}
