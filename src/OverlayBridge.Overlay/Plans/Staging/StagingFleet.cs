using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>What counts when hosts are put into stages: how many replicas of which set each takes away, and what people demand.</summary>
/// <param name="Hosts">Names, each once.</param>
public sealed record StagingFleet(ImmutableArray<string> Hosts, ImmutableArray<StagedSet> Sets, PlanConstraints Constraints)
{
    /// <summary>
    /// The fleet of a plan. Only containers that run count, as members and as lost: one that is stopped is not missed. Names that no host has are left
    /// out; telling of them is a matter of its own.
    /// </summary>
    public static StagingFleet Of(MigrationPlan plan)
    {
        var running = new HashSet<string>(
            plan.Hosts.SelectMany(static host => host.Containers.Where(static container => container.IsRunning).Select(container => $"{host.Name}/{container.Name}")),
            StringComparer.Ordinal);
        var hosts = plan.Hosts.Select(static host => host.Name).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return new(hosts, [.. plan.ReplicaSets.Select(set => Set(set, plan.Limits, running))], plan.Constraints);
    }

    private static StagedSet Set(ReplicaSet set, PlanLimits limits, HashSet<string> running)
    {
        var members = set.Members.Distinct(StringComparer.Ordinal).Where(running.Contains).ToList();
        var loads = members.GroupBy(static member => member[..member.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal)
            .Select(static group => (group.Key, group.Count()));
        return new(set.Name, members.Count, (set.MaxUnavailable ?? limits.MaxUnavailable).Of(members.Count), [.. loads]);
    }
}

/// <summary>A replica set as it is spread over hosts.</summary>
/// <param name="Size">Members that run.</param>
/// <param name="Allowed">How many of them may be away at once.</param>
/// <param name="Loads">How many run on each host that has any.</param>
public sealed record StagedSet(string Name, int Size, int Allowed, ImmutableArray<(string Host, int Count)> Loads);
