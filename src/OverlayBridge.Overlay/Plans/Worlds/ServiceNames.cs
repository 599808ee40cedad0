using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Which service a container is a replica of, by the labels that Compose and swarm put on it.</summary>
public static class ServiceNames
{
    /// <summary>The labels that say so; others may hold secrets and are never kept.</summary>
    public static ImmutableHashSet<string> Labels { get; } =
    [
        "com.docker.compose.project", "com.docker.compose.service", "com.docker.compose.container-number",
        "com.docker.swarm.service.id", "com.docker.swarm.service.name", "com.docker.swarm.task.id", "com.docker.swarm.task.name",
    ];

    /// <summary><c>PROJECT/SERVICE</c> for Compose, the service's name for swarm; null for a container of neither.</summary>
    public static string? Of(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault("com.docker.compose.project") is { Length: > 0 } project && labels.GetValueOrDefault("com.docker.compose.service") is { Length: > 0 } service
            ? $"{project}/{service}"
            : labels.GetValueOrDefault("com.docker.swarm.service.name") is { Length: > 0 } name ? name : null;

    /// <summary>
    /// The services of which more than one container runs on the hosts, with these containers as <c>HOST/CONTAINER</c>, by name. One that runs once
    /// has no replica to go on with, whatever it may lose.
    /// </summary>
    public static ImmutableArray<(string Name, ImmutableArray<string> Members)> Replicated(IEnumerable<WorldHost> hosts) =>
    [
        .. from member in hosts.SelectMany(static host => host.Containers.Where(static container => container.IsRunning)
               .Select(container => (Service: Of(container.Labels), Name: $"{host.Name}/{container.Name}")))
           where member.Service is not null
           group member.Name by member.Service into service
           where service.Count() > 1
           orderby service.Key
           select (service.Key, service.ToImmutableArray()),
    ];
}
