using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Containers that are not as a plan has them.</summary>
internal static class ContainerChanges
{
    public static IEnumerable<WorldChange> Of(MigrationPlan plan, PlanWorld world)
    {
        var hosts = world.HostsInNoSwarm.DistinctBy(static host => host.Name).ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var probes = plan.Stages.SelectMany(static stage => stage.Gates).OfType<Gate.Probe>().ToList();
        var networks = plan.Networks.Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        return from planned in plan.Hosts
               where hosts.ContainsKey(planned.Name)
               from change in Of(planned, hosts[planned.Name], probes, networks)
               select change;
    }

    /// <summary>A container's places on the plan's networks, as people compare them.</summary>
    private static string? Places(ImmutableArray<PlanAttachment> attachments, HashSet<string> networks)
    {
        var places = attachments.Where(attachment => networks.Contains(attachment.Network)).OrderBy(static attachment => attachment.Network, StringComparer.Ordinal)
            .Select(static attachment => $"{attachment.Address} on {attachment.Network} ({string.Join(", ", attachment.Aliases.Order(StringComparer.Ordinal).Prepend(attachment.MacAddress.ToColonText()))})");
        return string.Join(", ", places) is { Length: > 0 } text ? text : null;
    }

    private static IEnumerable<WorldChange> Of(PlanHost planned, WorldHost host, List<Gate.Probe> probes, HashSet<string> networks)
    {
        var now = host.Containers.GroupBy(static container => container.Name, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        foreach (var container in planned.Containers)
        {
            var name = $"{planned.Name}/{container.Name}";
            if (!now.Remove(container.Name, out var found))
            {
                var probe = probes.Find(probe => probe.From == name || Aims(probe, container.Attachments));
                yield return new(WorldChangeKind.ContainerGone, name, container.Id, null, probe is null, Retarget(probe));
                continue;
            }

            if (found.Id != container.Id)
                yield return new(WorldChangeKind.ContainerReplaced, name, container.Id, found.Id, true, "");
            if (found.IsRunning != container.IsRunning)
                yield return new(found.IsRunning ? WorldChangeKind.ContainerStarted : WorldChangeKind.ContainerStopped, name, null, null, true, "");
            else if (found.IsRunning && Places(container.Attachments, networks) is var before && Places(found.Attachments, networks) is var after && before != after)
            {
                var probe = probes.Find(probe => Aims(probe, [.. container.Attachments.Where(attachment => found.Attachments.All(other => !other.Address.Equals(attachment.Address)))]));
                yield return new(WorldChangeKind.AddressChanged, name, before, after, probe is null, Retarget(probe));
            }
        }

        foreach (var container in now.Values.OrderBy(static container => container.Name, StringComparer.Ordinal))
        {
            var homeless = planned.Strategy == HostStrategy.MoveContainer && container.Attachments.Any(attachment => networks.Contains(attachment.Network));
            yield return new(
                WorldChangeKind.ContainerNew, $"{planned.Name}/{container.Name}", null, container.Id, !homeless,
                homeless ? "Nothing says where it is to move: make the plan anew with 'overlaybridge plan create'." : "");
        }
    }

    private static bool Aims(Gate.Probe probe, ImmutableArray<PlanAttachment> attachments)
    {
        var host = probe.Target switch { ProbeTarget.Tcp tcp => tcp.Host, ProbeTarget.Http http => http.Address.IdnHost, _ => null };
        return IPAddress.TryParse(host, out var address) && attachments.Any(attachment => attachment.Address.Equals(address));
    }

    private static string Retarget(Gate.Probe? probe) => probe is null ? "" : $"The probe '{probe.Name}' counts on it: change the probe in the plan.";
}
