using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>What a repair would do: each step planned on the store as the steps before it leave it.</summary>
/// <param name="Steps">In the order in which they must be carried out.</param>
/// <param name="Refused">Faults that were asked for and are left.</param>
/// <param name="Notes">What else to know; a sentence each.</param>
public sealed record RepairPlan(ImmutableArray<RepairStep> Steps, ImmutableArray<RepairRefusal> Refused, ImmutableArray<string> Notes)
{
    public bool IsEmpty => Steps.IsEmpty;

    /// <summary>Every fault that the steps mend.</summary>
    public IEnumerable<RepairTarget> Targets => Steps.SelectMany(step => step.Targets);
}
