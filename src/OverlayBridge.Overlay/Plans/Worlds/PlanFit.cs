using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Whether a plan still fits the world: what an executor asks before it begins. Pure.</summary>
/// <param name="Changes">Each thing in which they differ; none when the plan fits.</param>
public sealed record PlanFit(ImmutableArray<WorldChange> Changes)
{
    public bool Fits => Changes.IsEmpty;

    /// <summary>They differ, but in nothing that the stages depend on: <see cref="PlanRefresh"/> may take the changes over.</summary>
    public bool CanRefresh => !Fits && Changes.All(static change => change.IsSafe);

    /// <summary>Compares a plan with the world, before its first step.</summary>
    public static PlanFit Of(MigrationPlan plan, PlanWorld world)
    {
        ImmutableArray<WorldChange> changes = [.. HostChanges.Of(plan, world), .. NetworkChanges.Of(plan, world), .. ContainerChanges.Of(plan, world)];
        return new(changes.All(static change => change.IsSafe) && !changes.IsEmpty ? [.. changes, .. PlanRefresh.Breaks(plan, world)] : changes);
    }
}
