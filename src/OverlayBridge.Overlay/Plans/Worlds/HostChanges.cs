namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Hosts that are not as a plan has them.</summary>
internal static class HostChanges
{
    private const string Anew = "Make the plan anew with 'overlaybridge plan create'.";

    public static IEnumerable<WorldChange> Of(MigrationPlan plan, PlanWorld world)
    {
        var hosts = world.Hosts.DistinctBy(static host => host.Name).ToDictionary(static host => host.Name, StringComparer.Ordinal);
        foreach (var planned in plan.Hosts)
            foreach (var change in Legacy(planned, hosts.GetValueOrDefault(planned.Name)))
                yield return change;
        foreach (var change in Swarm(plan, hosts).Concat(New(plan, world)))
            yield return change;
    }

    private static IEnumerable<WorldChange> Legacy(PlanHost planned, WorldHost? host)
    {
        if (host is null)
        {
            yield return new(WorldChangeKind.HostGone, planned.Name, planned.Vtep.ToString(), null, false, $"Bring its agent back; or, if it is gone for good, take it out of the store (overlaybridge audit) and make the plan anew.");
            yield break;
        }

        if (host.Trouble is { } trouble)
            yield return new(WorldChangeKind.HostSilent, host.Name, null, trouble, false, "Wait until agent and engine are heard of again.");
        if (host.Side != WorldSide.Legacy)
            yield return new(WorldChangeKind.HostConverted, host.Name, null, "swarm", false, Anew);
        if (!host.Vtep.Equals(planned.Vtep))
            yield return new(WorldChangeKind.HostMoved, host.Name, planned.Vtep.ToString(), host.Vtep.ToString(), false, $"Make sure that it is the same host. {Anew}");
        if (host.EngineVersion != planned.EngineVersion)
            yield return new(WorldChangeKind.EngineChanged, host.Name, planned.EngineVersion, host.EngineVersion, true, "");
    }

    private static IEnumerable<WorldChange> Swarm(MigrationPlan plan, Dictionary<string, WorldHost> hosts)
    {
        foreach (var name in plan.SwarmHosts.Prepend(plan.Manager).Distinct(StringComparer.Ordinal))
        {
            var host = hosts.GetValueOrDefault(name);
            if (host is null)
                yield return new(WorldChangeKind.SwarmHostGone, name, null, null, false, "Start an agent on it, or name another host in the plan.");
            else if (host.Trouble is { } trouble)
                yield return new(WorldChangeKind.HostSilent, name, null, trouble, false, "Wait until agent and engine are heard of again.");
            else if (name == plan.Manager && host.Side != WorldSide.SwarmManager)
                yield return new(WorldChangeKind.ManagerLost, name, "manager", host.Side.ToString(), false, "Name another manager in the plan.");
            else if (host.Side == WorldSide.Legacy)
                yield return new(WorldChangeKind.SwarmHostGone, name, "swarm", null, false, "Join it to the swarm again, or name another host in the plan.");
        }
    }

    private static IEnumerable<WorldChange> New(MigrationPlan plan, PlanWorld world)
    {
        var planned = plan.Hosts.Select(static host => host.Name).ToHashSet(StringComparer.Ordinal);
        var known = plan.Hosts.Select(static host => host.Vtep).Concat(world.Hosts.Select(static host => host.Vtep)).ToHashSet();
        foreach (var host in world.LegacyHosts.Where(host => !planned.Contains(host.Name)))
            yield return new(WorldChangeKind.HostNew, host.Name, null, host.Vtep.ToString(), false, $"Nothing says when it is to go. {Anew}");
        foreach (var address in world.StoreHosts.Where(address => !known.Contains(address)))
            yield return new(WorldChangeKind.HostNew, address.ToString(), null, "the store names it, no agent does", false, "Start an agent on it, or take it out of the store if it is gone ('overlaybridge audit' and 'repair').");
    }
}
