using OverlayBridge.Overlay.Plans.Staging;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>A plan with what its checks look up. Of things with the same name the first counts; that there are two is told elsewhere.</summary>
internal sealed class PlanSubject(MigrationPlan plan)
{
    public MigrationPlan Plan { get; } = plan;

    public Dictionary<string, PlanHost> Hosts { get; } = ByName(plan.Hosts, static host => host.Name);

    public Dictionary<string, PlanNetwork> Networks { get; } = ByName(plan.Networks, static network => network.Name);

    public HashSet<string> Sets { get; } = [.. plan.ReplicaSets.Select(static set => set.Name)];

    /// <summary>The swarm's hosts that the plan names, the manager among them.</summary>
    public HashSet<string> SwarmHosts { get; } = [plan.Manager, .. plan.SwarmHosts];

    /// <summary>Containers as <c>HOST/CONTAINER</c>.</summary>
    public Dictionary<string, PlanContainer> Containers { get; } = ByName(
        plan.Hosts.SelectMany(static host => host.Containers.Select(container => (Name: $"{host.Name}/{container.Name}", Container: container))), static item => item.Name)
        .ToDictionary(static pair => pair.Key, static pair => pair.Value.Container, StringComparer.Ordinal);

    /// <summary>Position among all stages of the first that holds the host.</summary>
    public Dictionary<string, int> StageOf { get; } = StagesOf(plan);

    public StagingFleet Fleet { get; } = StagingFleet.Of(plan);

    private static Dictionary<string, T> ByName<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
            found.TryAdd(name(item), item);
        return found;
    }

    private static Dictionary<string, int> StagesOf(MigrationPlan plan)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (stage, number) in plan.Stages.Select(static (stage, number) => (stage, number)))
            foreach (var host in stage.Hosts)
                found.TryAdd(host, number);
        return found;
    }
}
