using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Whether a plan makes sense in itself: every name is known, no demand contradicts another, the stages keep all of them. Pure.</summary>
public static class PlanCheck
{
    /// <summary>Everything that is wrong; none for a plan that can be carried out.</summary>
    public static ImmutableArray<PlanProblem> Of(MigrationPlan plan)
    {
        var subject = new PlanSubject(plan);
        return [.. Unstaged(subject), .. StageChecks.Of(subject), .. GateChecks.Of(subject), .. StagedConstraintChecks.Of(subject)];
    }

    /// <summary>The same for a plan that has no stages yet.</summary>
    public static ImmutableArray<PlanProblem> OfUnstaged(MigrationPlan plan) => [.. Unstaged(new PlanSubject(plan))];

    private static IEnumerable<PlanProblem> Unstaged(PlanSubject subject) =>
    [
        .. NameChecks.Of(subject), .. HostChecks.Of(subject), .. AttachmentChecks.Of(subject), .. SetChecks.Of(subject), .. ConstraintChecks.Of(subject),
    ];
}
