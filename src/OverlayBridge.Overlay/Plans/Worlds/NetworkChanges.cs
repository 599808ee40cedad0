namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Networks that are not as a plan has them.</summary>
internal static class NetworkChanges
{
    private const string Anew = "Make the plan anew with 'overlaybridge plan create'.";

    public static IEnumerable<WorldChange> Of(MigrationPlan plan, PlanWorld world)
    {
        var networks = world.Networks.ToLookup(static network => network.Name, StringComparer.Ordinal);
        foreach (var planned in plan.Networks)
        {
            if (networks[planned.Name].FirstOrDefault(network => network.Id == planned.Id) is { } same)
            {
                var (before, now) = (string.Join(", ", planned.Subnets), string.Join(", ", same.MoreSubnets.Prepend(same.Subnet)));
                if (before != now)
                    yield return new(WorldChangeKind.NetworkChanged, planned.Name, before, now, false, Anew);
            }
            else if (networks[planned.Name].FirstOrDefault() is { } other)
                yield return new(WorldChangeKind.NetworkChanged, planned.Name, planned.Id, other.Id, false, Anew);
            else
                yield return new(WorldChangeKind.NetworkGone, planned.Name, planned.Id, null, false, Anew);
        }

        var known = plan.Networks.Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        var hosts = plan.Hosts.Select(static host => host.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var host in world.HostsInNoSwarm.Where(host => hosts.Contains(host.Name)))
            foreach (var container in host.Containers)
                foreach (var attachment in container.Attachments.Where(attachment => !known.Contains(attachment.Network) && networks.Contains(attachment.Network)))
                    yield return new(WorldChangeKind.NetworkNew, $"{host.Name}/{container.Name}", null, attachment.Network, false, $"Its network would be cut off. {Anew}");
    }
}
