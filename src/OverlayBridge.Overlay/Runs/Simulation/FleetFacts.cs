using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Runs.Simulation;

/// <summary>
/// A model of the fleet: what there is to say about every network, host and container, as a function of the steps that are in force. Pure; what is not in
/// the plan is not in the model.
/// </summary>
public static class FleetFacts
{
    /// <summary>Everything, by subject.</summary>
    /// <param name="inForce">Ids of steps that are done and not undone.</param>
    public static ImmutableSortedDictionary<string, string> Of(MigrationPlan plan, IReadOnlySet<string> inForce) =>
        Subjects(plan, inForce).ToImmutableSortedDictionary(static one => one.Subject, static one => one.Text, StringComparer.Ordinal);

    /// <summary>What differs, in the order of the subjects.</summary>
    public static ImmutableArray<FleetChange> Between(ImmutableSortedDictionary<string, string> before, ImmutableSortedDictionary<string, string> after) =>
    [
        .. from subject in before.Keys.Union(after.Keys, StringComparer.Ordinal)
           let pair = (Before: before.GetValueOrDefault(subject), After: after.GetValueOrDefault(subject))
           where pair.Before != pair.After
           orderby subject
           select new FleetChange(subject, pair.Before ?? "", pair.After ?? ""),
    ];

    /// <summary>What a step changes by itself.</summary>
    public static ImmutableArray<FleetChange> Of(MigrationPlan plan, PlanStep step, bool undo, IReadOnlySet<string> inForce)
    {
        var hosts = plan with { Hosts = [.. plan.Hosts.Where(host => host.Name == step.Host)] };
        return Between(Of(hosts, inForce), Of(hosts, undo ? inForce.Except([step.Id]).ToHashSet() : inForce.Append(step.Id).ToHashSet()));
    }

    private static IEnumerable<(string Subject, string Text)> Subjects(MigrationPlan plan, IReadOnlySet<string> inForce)
    {
        var retired = Is(StepKind.Retire, plan.Manager);
        yield return ("bridge", retired ? "gone" : "stands");
        foreach (var network in plan.Networks)
            yield return ($"network {network.Name}", Is(StepKind.Unexpose, network.Name) ? "swarm network"
                : Is(StepKind.ExposeNetwork, network.Name) ? "legacy overlay, shared with the swarm network of the same name"
                : "legacy overlay");
        foreach (var host in plan.Hosts)
        {
            var converted = Is(StepKind.ConvertHost, host.Name);
            var upgraded = host.Upgrade == UpgradeTime.Afterwards ? Is(StepKind.UpgradeEngine, host.Name) : converted;
            var version = upgraded ? host.UpgradeTo ?? host.EngineVersion : host.EngineVersion;
            yield return ($"host {host.Name} engine", $"{version}, {(converted ? "in the swarm" : "on the cluster store")}");
            yield return ($"host {host.Name} records", Is(StepKind.CleanRecords, host.Name) || retired ? "none in the store" : "in the store");
            foreach (var container in host.Containers)
                foreach (var attachment in container.Attachments)
                    yield return (
                        $"container {host.Name}/{container.Name} on {attachment.Network}",
                        $"{attachment.Address}, {(Is(StepKind.MoveContainer, $"{host.Name}.{container.Name}") ? $"swarm network, at {container.MoveTo}" : converted ? $"swarm network, at {host.Name}" : $"legacy overlay, at {host.Name}")}");
        }

        bool Is(StepKind kind, string about) => inForce.Contains($"{PlanSteps.Word(kind)}.{about}");
    }
}

/// <summary>Something of the fleet that is different afterwards.</summary>
public sealed record FleetChange(string Subject, string Before, string After)
{
    public override string ToString() => $"{Subject}: {Before} → {After}";
}
