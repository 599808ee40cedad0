using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans.Staging;

namespace OverlayBridge.Overlay.Plans.Making;

/// <summary>What a person asks of a plan that is to be made.</summary>
/// <param name="Manager">Null for any manager that the world shows.</param>
/// <param name="Created">The time that the plan bears.</param>
public sealed record PlanRequest(string Name, string? Manager, DateTimeOffset Created)
{
    public PlanLimits Limits { get; init; } = new(new(1, null), 1);

    /// <summary>What sets may lose, by name; a <c>*</c> in it stands for anything. The first that fits counts.</summary>
    public ImmutableArray<(string Pattern, Allowance Allowance)> Allowances { get; init; } = [];

    public HostStrategy Strategy { get; init; }

    /// <summary>Null to stay on the engines that run.</summary>
    public string? UpgradeTo { get; init; }

    public UpgradeTime Upgrade { get; init; }

    public PlanConstraints Constraints { get; init; } = PlanConstraints.None;

    /// <summary>For every stage that takes hosts over; null for any time.</summary>
    public MaintenanceWindow? Window { get; init; }

    /// <summary>Networks that are taken besides those that containers are on.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    public ImmutableArray<Uri> Webhooks { get; init; } = [];
}

/// <summary>Why no plan can be made.</summary>
/// <param name="Cause">The rule that is broken.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record PlanRefusal(string Message, string Cause, string Remedy);

/// <summary>A plan, or all reasons why there is none.</summary>
/// <param name="Plan">Null when something is in the way.</param>
/// <param name="Staging">How good the stages are; null without a plan.</param>
/// <param name="Remarks">What a reader of the plan is to know, a sentence each.</param>
public sealed record PlanMaking(MigrationPlan? Plan, StagedFleet? Staging, ImmutableArray<PlanRefusal> Refusals, ImmutableArray<string> Remarks);
