using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>Names that two things answer to.</summary>
internal static class NameChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) =>
        [.. subject.Shared.Places.SelectMany(place => Across(subject, place)), .. Within(subject), .. ForMany(subject)];

    /// <summary>Whether an endpoint is this service's own container, on whichever side it runs now.</summary>
    public static bool IsSame(CheckSubject subject, SharedPlace place, KnownEndpoint endpoint) =>
        (endpoint.Project is not null && ProjectSettings.Normal(endpoint.Project) == subject.Project.Name && endpoint.Service == place.Service.Name) ||
        (endpoint.Project is null && (endpoint.Name == place.Service.ContainerName || IsGenerated(subject, place.Service, endpoint.Name)));

    /// <summary>What Compose 1 and 2 call a service's first container when nobody else does.</summary>
    private static bool IsGenerated(CheckSubject subject, ComposeService service, string name) =>
        service.ContainerName is null && (name == $"{subject.Project.Name}_{service.Name}_1" || name == $"{subject.Project.Name}-{service.Name}-1");

    private static IEnumerable<ComposeFinding> Across(CheckSubject subject, SharedPlace place)
    {
        // A name that somebody chose proves nothing: only labels, or a name that Compose made up, say whose container it is.
        foreach (var endpoint in place.Shared.Endpoints.Where(endpoint => !IsSame(subject, place, endpoint) || (endpoint.Project is null && place.Service.ContainerName is not null)))
            if (place.Service.ContainerName is { } own && Same(own, endpoint.Name))
                yield return subject.Of(
                    place.Service, ComposeRules.NameTaken, ["container_name"], $"A container '{own}' is on '{place.Shared.Name}' already, on {Words.Host(endpoint)}.",
                    "The legacy engines refuse a second endpoint of that name ('endpoint with name … already exists'), so the new one does not resolve there.",
                    "Stop it before this one starts, if it is this service on its old host; else give this one another container_name.", place.Network.Key);
            else if (place.Names.FirstOrDefault(name => Same(name, endpoint.Name) || endpoint.Aliases.Any(alias => Same(alias, name))) is { } name)
                yield return subject.Of(
                    place.Service, ComposeRules.AliasClash, PathOf(place, name), $"'{name}' also names the container '{endpoint.Name}' on {Words.Host(endpoint)}.",
                    "Both answer to the name in turn, whichever side asks.",
                    "Leave it if both do the same work; else rename one of them, or stop the other before this starts.", place.Network.Key);
    }

    private static IEnumerable<ComposeFinding> Within(CheckSubject subject) =>
        from place in subject.Shared.Places
        from alias in place.Place.Aliases.Distinct(StringComparer.OrdinalIgnoreCase)
        let other = subject.Shared.Places.FirstOrDefault(
            other => other.Network.Key == place.Network.Key && other.Service.Name != place.Service.Name && other.Names.Any(name => Same(name, alias)))
        where other is not null
        select subject.Of(
            place.Service, ComposeRules.AliasTwice, ["networks", place.Network.Key, "aliases", alias], $"'{alias}' is a name of '{place.Service.Name}' and of '{other.Service.Name}'.",
            "Both answer to it in turn; once they are on different sides that is hard to see.", "Leave it if both do the same work; else rename one.", place.Network.Key);

    private static IEnumerable<ComposeFinding> ForMany(CheckSubject subject) =>
        from service in subject.Project.Services.Values
        where service.ContainerName is not null && service.Replicas > 1
        select subject.Of(
            service, ComposeRules.ContainerNameForMany, ["container_name"], $"All {service.Replicas} containers of '{service.Name}' are to be called '{service.ContainerName}'.",
            "An engine has a name once.", "Take container_name out: others reach the service by its own name and its aliases.");

    private static System.Collections.Immutable.ImmutableArray<string> PathOf(SharedPlace place, string name) =>
        place.Place.Aliases.FirstOrDefault(alias => Same(alias, name)) is { } alias ? ["networks", place.Network.Key, "aliases", alias] : [];

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
