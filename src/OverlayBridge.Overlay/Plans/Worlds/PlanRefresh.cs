using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans.Checks;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Brings a plan up to date with a world that changed in nothing its stages depend on. Pure.</summary>
public static class PlanRefresh
{
    /// <summary>The plan with the containers, addresses and engines as they are now; stages, demands and gates as they were.</summary>
    /// <param name="at">When the world was looked at.</param>
    public static MigrationPlan Of(MigrationPlan plan, PlanWorld world, DateTimeOffset at)
    {
        var hosts = world.HostsInNoSwarm.DistinctBy(static host => host.Name).ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var networks = plan.Networks.Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        var sets = Sets(plan, [.. plan.Hosts.Select(host => hosts.GetValueOrDefault(host.Name)).OfType<WorldHost>()]);
        var setOf = sets.SelectMany(static set => set.Members.Select(member => (member, set.Name))).DistinctBy(static pair => pair.member)
            .ToDictionary(static pair => pair.member, static pair => pair.Name, StringComparer.Ordinal);
        return plan with
        {
            Origin = plan.Origin with { Index = world.Index, Created = at },
            Hosts = [.. plan.Hosts.Select(host => hosts.TryGetValue(host.Name, out var now) ? Host(host, now, networks, setOf) : host)],
            ReplicaSets = sets,
        };
    }

    /// <summary>What the plan itself would break with what is new; none where the refreshed plan holds.</summary>
    internal static IEnumerable<WorldChange> Breaks(MigrationPlan plan, PlanWorld world) =>
        from problem in PlanCheck.Of(Of(plan, world, plan.Origin.Created))
        select new WorldChange(WorldChangeKind.PlanBroken, problem.Path, null, $"{problem.Message} {problem.Cause}", false, "Make the plan anew with 'overlaybridge plan create'.");

    private static PlanHost Host(PlanHost planned, WorldHost now, HashSet<string> networks, Dictionary<string, string> setOf)
    {
        var before = planned.Containers.DistinctBy(static container => container.Name).ToDictionary(static container => container.Name, StringComparer.Ordinal);
        return planned with
        {
            EngineVersion = now.EngineVersion,
            Containers =
            [
                .. from container in now.Containers
                   let known = before.GetValueOrDefault(container.Name)
                   // One that was only stopped keeps what it had: it has these addresses again once it is started.
                   let attachments = container.IsRunning || known is null ? container.Attachments : known.Attachments
                   select new PlanContainer(
                       container.Id, container.Name, container.IsRunning, setOf.GetValueOrDefault($"{now.Name}/{container.Name}"), known?.MoveTo,
                       [.. attachments.Where(attachment => networks.Contains(attachment.Network))])
                   {
                       LeaveBehind = known?.LeaveBehind ?? [],
                   },
            ],
        };
    }

    // Sets that people made stay; those that labels tell of get the containers that are new.
    private static ImmutableArray<ReplicaSet> Sets(MigrationPlan plan, ImmutableArray<WorldHost> hosts)
    {
        var there = hosts.SelectMany(static host => host.Containers.Select(container => $"{host.Name}/{container.Name}")).ToHashSet(StringComparer.Ordinal);
        var planned = plan.Hosts.SelectMany(static host => host.Containers.Select(container => $"{host.Name}/{container.Name}")).ToHashSet(StringComparer.Ordinal);
        var taken = plan.ReplicaSets.SelectMany(static set => set.Members).ToHashSet(StringComparer.Ordinal);
        var told = ServiceNames.Replicated(hosts).ToDictionary(static set => set.Name, static set => set.Members, StringComparer.Ordinal);
        var kept = from set in plan.ReplicaSets
                   let more = told.GetValueOrDefault(set.Name, []).Where(member => !taken.Contains(member) && !planned.Contains(member))
                   select set with { Members = [.. set.Members.Where(there.Contains), .. more] };
        var names = plan.ReplicaSets.Select(static set => set.Name).ToHashSet(StringComparer.Ordinal);
        var made = from set in told
                   let members = set.Value.Where(member => !taken.Contains(member)).ToImmutableArray()
                   where !names.Contains(set.Key) && members.Length > 1 && members.Any(member => !planned.Contains(member))
                   orderby set.Key
                   select new ReplicaSet(set.Key, members, null);
        return [.. kept.Where(static set => !set.Members.IsEmpty), .. made];
    }
}
