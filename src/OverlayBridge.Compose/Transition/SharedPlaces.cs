using System.Collections.Immutable;
using OverlayBridge.Compose.Projects;

namespace OverlayBridge.Compose.Transition;

/// <summary>Which networks of a project are shared, and which services are on them.</summary>
public sealed class SharedPlaces
{
    public SharedPlaces(ComposeProject project, TransitionFacts facts)
    {
        Networks = project.Networks.Values
            .Select(network => (network, shared: facts.Find(network.RealName, network.IsExternal || network.Driver == "overlay")))
            .Where(static pair => pair.shared is not null)
            .ToImmutableSortedDictionary(static pair => pair.network.Key, static pair => pair.shared!, StringComparer.Ordinal);
        Places =
        [
            .. from service in project.Services.Values
               from place in service.Networks
               where Networks.ContainsKey(place.Key)
               select new SharedPlace(service, project.Networks[place.Key], place.Value, Networks[place.Key]),
        ];
    }

    /// <summary>By the keys of the file.</summary>
    public ImmutableSortedDictionary<string, SharedNetwork> Networks { get; }

    /// <summary>By service, then by network.</summary>
    public ImmutableArray<SharedPlace> Places { get; }

    /// <summary>Whether a service is on any of them.</summary>
    public bool Has(string service) => Places.Any(place => place.Service.Name == service);
}

/// <summary>A service on a shared network.</summary>
/// <param name="Network">The network as the file has it.</param>
/// <param name="Place">What the file says about the service on it.</param>
/// <param name="Shared">What is known of the network.</param>
public sealed record SharedPlace(ComposeService Service, ComposeNetwork Network, ServiceNetwork Place, SharedNetwork Shared)
{
    /// <summary>The names that the network answers for the service's containers.</summary>
    public IEnumerable<string> Names => Place.Aliases.Prepend(Service.Name).Append(Service.ContainerName ?? Service.Name).Distinct(StringComparer.OrdinalIgnoreCase);
}
