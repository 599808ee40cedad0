using System.Collections.Frozen;
using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>A plan with what follows from it, worked out once for the many looks of a run.</summary>
public sealed class RunPlan
{
    private readonly FrozenDictionary<string, RunStage> byName;
    private readonly FrozenDictionary<string, PlanStep> steps;
    private readonly FrozenDictionary<string, ImmutableArray<(ReplicaSet Set, ImmutableArray<string> Members)>> setsOfHost;

    public RunPlan(MigrationPlan plan)
    {
        Plan = plan;
        Stages = [.. plan.Stages.Select((stage, at) => new RunStage(stage, at, PlanSteps.Of(plan, stage)))];
        byName = Stages.ToFrozenDictionary(static stage => stage.Name, StringComparer.Ordinal);
        steps = Stages.SelectMany(static stage => stage.Steps).ToFrozenDictionary(static step => step.Id, StringComparer.Ordinal);
        var running = plan.Hosts.SelectMany(static host => host.Containers.Where(static one => one.IsRunning).Select(one => $"{host.Name}/{one.Name}")).ToHashSet(StringComparer.Ordinal);
        Running = [.. plan.ReplicaSets.Select(set => (set, set.Members.Where(running.Contains).ToImmutableArray()))];
        setsOfHost = Running
            .SelectMany(static one => one.Members.GroupBy(HostOf).Select(group => (Host: group.Key, one.Set, Members: group.ToImmutableArray())))
            .GroupBy(static one => one.Host, StringComparer.Ordinal)
            .ToFrozenDictionary(static group => group.Key, static group => group.Select(static one => (one.Set, one.Members)).ToImmutableArray(), StringComparer.Ordinal);
    }

    public MigrationPlan Plan { get; }

    public ImmutableArray<RunStage> Stages { get; }

    /// <summary>The plan's sets, each with its members that ran when the plan was made; the others count for nothing.</summary>
    public ImmutableArray<(ReplicaSet Set, ImmutableArray<string> Members)> Running { get; }

    /// <summary>Null for a stage that is none of the plan.</summary>
    public RunStage? Stage(string name) => byName.GetValueOrDefault(name);

    /// <summary>Null for a step that is none of the plan.</summary>
    public PlanStep? Step(string id) => steps.GetValueOrDefault(id);

    /// <summary>Sets with members on a host, each with these members.</summary>
    public ImmutableArray<(ReplicaSet Set, ImmutableArray<string> Members)> SetsOf(string host) => setsOfHost.GetValueOrDefault(host, []);

    /// <summary>Members of replica sets that do not run while a step is at work; those that were moved away before are not among them.</summary>
    /// <param name="journal">By step.</param>
    public ImmutableHashSet<string> Affected(PlanStep step, ImmutableDictionary<string, StepRecord> journal) => step.Kind switch
    {
        StepKind.MoveContainer => [$"{step.Host}/{step.Container}"],
        StepKind.ConvertHost or StepKind.UpgradeEngine or StepKind.UpdateCompose =>
            [.. SetsOf(step.Host).SelectMany(static one => one.Members).Where(member => !IsMoved(step, member, journal))],
        _ => [],
    };

    private bool IsMoved(PlanStep step, string member, ImmutableDictionary<string, StepRecord> journal) =>
        Stage(step.Stage)!.Steps.Any(one =>
            one.Kind == StepKind.MoveContainer && $"{one.Host}/{one.Container}" == member && journal.GetValueOrDefault(one.Id)?.State == StepState.Done);

    /// <summary>How many of a set may be away at once.</summary>
    public int Allowed(ReplicaSet set) => (set.MaxUnavailable ?? Plan.Limits.MaxUnavailable).Of(set.Members.Length);

    /// <summary>The host of <c>HOST/CONTAINER</c>.</summary>
    public static string HostOf(string member) => member.IndexOf('/', StringComparison.Ordinal) is var at and >= 0 ? member[..at] : member;
}

/// <summary>A stage with its steps.</summary>
/// <param name="Number">Its place in the plan, from 0.</param>
public sealed record RunStage(PlanStage Stage, int Number, ImmutableArray<PlanStep> Steps)
{
    public string Name => Stage.Name;

    /// <summary>The steps of each host in their order; hosts in the order in which the stage names them.</summary>
    public ImmutableArray<ImmutableArray<PlanStep>> ByHost { get; } =
        [.. Steps.GroupBy(static step => step.Host, StringComparer.Ordinal).Select(static group => group.ToImmutableArray())];

    /// <summary>The gates that are probes.</summary>
    public IEnumerable<Gate.Probe> Probes => Stage.Gates.OfType<Gate.Probe>();
}
