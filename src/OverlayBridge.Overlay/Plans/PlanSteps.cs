using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans;

/// <summary>The steps that follow from a plan. Pure.</summary>
public static class PlanSteps
{
    /// <summary>Steps of a whole plan, in the order in which they may begin: stage by stage; within a stage host by host.</summary>
    public static ImmutableArray<PlanStep> Of(MigrationPlan plan) => [.. plan.Stages.SelectMany(stage => Of(plan, stage))];

    /// <summary>Steps of one stage. Those of one host follow each other; those of different hosts may run side by side.</summary>
    public static ImmutableArray<PlanStep> Of(MigrationPlan plan, PlanStage stage) => stage.Kind switch
    {
        StageKind.Prepare =>
        [
            .. plan.Hosts.Select(host => Step(StepKind.CheckStore, stage, host.Name)),
            .. plan.Networks.Select(network => Step(StepKind.ExposeNetwork, stage, plan.Manager, network: network.Name)),
        ],
        StageKind.Hosts => [.. from name in stage.Hosts from step in Of(plan, stage, plan.Hosts.Single(host => host.Name == name)) select step],
        _ =>
        [
            .. plan.Networks.Select(network => Step(StepKind.Unexpose, stage, plan.Manager, network: network.Name)),
            .. plan.Hosts.Select(static host => host.Name).Concat(plan.SwarmHosts).Append(plan.Manager).Distinct(StringComparer.Ordinal).Select(host => Step(StepKind.Retire, stage, host)),
        ],
    };

    private static IEnumerable<PlanStep> Of(MigrationPlan plan, PlanStage stage, PlanHost host)
    {
        if (host.Strategy == HostStrategy.MoveContainer)
            foreach (var container in host.Containers.Where(static container => !container.Attachments.IsEmpty))
                yield return Step(StepKind.MoveContainer, stage, host.Name, container: container.Name);
        yield return Step(StepKind.ConvertHost, stage, host.Name);
        yield return Step(StepKind.CleanRecords, stage, host.Name);
        if (host is { UpgradeTo: not null, Upgrade: UpgradeTime.Afterwards })
            yield return Step(StepKind.UpgradeEngine, stage, host.Name);
        foreach (var project in plan.Compose.Where(project => project.Host == host.Name))
            yield return Step(StepKind.UpdateCompose, stage, host.Name, project: project.Name);
    }

    private static PlanStep Step(StepKind kind, PlanStage stage, string host, string? network = null, string? container = null, string? project = null) =>
        new(IdOf(kind, network ?? ((container ?? project) is { } part ? $"{host}.{part}" : host)), kind, stage.Name, host, network, container, TimeoutOf(kind))
        {
            Project = project,
        };

    /// <summary>The kind as it is written everywhere: <c>convert-host</c>.</summary>
    public static string Word(StepKind kind) => kind switch
    {
        StepKind.CheckStore => "check-store",
        StepKind.ExposeNetwork => "expose-network",
        StepKind.ConvertHost => "convert-host",
        StepKind.UpgradeEngine => "upgrade-engine",
        StepKind.MoveContainer => "move-container",
        StepKind.UpdateCompose => "update-compose",
        StepKind.CleanRecords => "clean-records",
        StepKind.Unexpose => "unexpose",
        _ => "retire",
    };

    private static string IdOf(StepKind kind, string about) => $"{Word(kind)}.{about}";

    /// <summary>Generous: a step that takes longer hangs. An engine's stop alone waits 10 s for each container that ignores SIGTERM.</summary>
    private static TimeSpan TimeoutOf(StepKind kind) => kind switch
    {
        StepKind.CheckStore => TimeSpan.FromSeconds(30),
        StepKind.ConvertHost or StepKind.UpgradeEngine or StepKind.MoveContainer or StepKind.UpdateCompose or StepKind.Retire => TimeSpan.FromMinutes(10),
        _ => TimeSpan.FromMinutes(3),
    };
}
