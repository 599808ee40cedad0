using System.Collections.Immutable;

namespace OverlayBridge.Engines.Watch;

/// <summary>Everything known of one engine at one moment. While the engine is down it is what was last known.</summary>
/// <param name="Engine">Null until the engine answered once.</param>
/// <param name="IsUp">Whether the engine is heard at present.</param>
/// <param name="IsComplete">False until everything has been looked at once: what is missing then may still be there.</param>
/// <param name="Containers">All containers by id.</param>
/// <param name="Networks">All networks by id, whatever their driver.</param>
public sealed record HostView(
    EngineInfo? Engine,
    bool IsUp,
    bool IsComplete,
    ImmutableSortedDictionary<string, EngineContainer> Containers,
    ImmutableSortedDictionary<string, EngineNetwork> Networks)
{
    public static HostView Unknown { get; } = new(
        null,
        false,
        false,
        ImmutableSortedDictionary.Create<string, EngineContainer>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, EngineNetwork>(StringComparer.Ordinal));

    /// <summary>Live endpoints on overlay networks, each with its container and network.</summary>
    public IEnumerable<(EngineContainer Container, EngineEndpoint Endpoint, EngineNetwork Network)> OverlayEndpoints()
    {
        foreach (var container in Containers.Values)
            foreach (var endpoint in container.Endpoints)
                if (Networks.TryGetValue(endpoint.NetworkId, out var network) && network.IsOverlay)
                    yield return (container, endpoint, network);
    }

    /// <summary>Whether a container stands on a network that is not in <see cref="Networks"/> yet.</summary>
    internal bool HasUnknownNetwork => Containers.Values.Any(c => c.Endpoints.Any(e => !Networks.ContainsKey(e.NetworkId)));

    /// <summary>One container as the engine shows it now; null: it is gone.</summary>
    internal HostView With(string containerId, EngineContainer? container)
    {
        if (container is null)
            return Containers.ContainsKey(containerId) ? this with { Containers = Containers.Remove(containerId) } : this;
        return Containers.TryGetValue(containerId, out var known) && known.Equals(container)
            ? this
            : this with { Containers = Containers.SetItem(containerId, container) };
    }

    /// <summary>The process of a container ended: told by the event alone, for an engine that stops answers no question after it.</summary>
    internal HostView WithExited(string containerId) =>
        Containers.TryGetValue(containerId, out var known) ? With(containerId, known.Exited()) : this;

    /// <summary>
    /// A list of all containers: those that are not in it are gone. Answers which must be inspected, for the list shows
    /// them differently from what is known, or they live and have never been seen.
    /// </summary>
    internal (HostView View, ImmutableArray<EngineContainer> Inspect) With(ImmutableArray<EngineContainer> listed)
    {
        var containers = Containers.RemoveRange(Containers.Keys.Except(listed.Select(static c => c.Id)).ToArray());
        var inspect = ImmutableArray.CreateBuilder<EngineContainer>();
        foreach (var container in listed)
        {
            if (containers.TryGetValue(container.Id, out var known) && known.LooksLike(container))
                continue;
            if (container.Endpoints.IsEmpty && known is null)
                containers = containers.SetItem(container.Id, container);
            else
                inspect.Add(container);
        }
        return (ReferenceEquals(containers, Containers) ? this : this with { Containers = containers }, inspect.ToImmutable());
    }

    /// <summary>
    /// A list of all networks. One that is not in it but carries a live endpoint stays: a legacy engine leaves its
    /// overlays out while its store does not answer.
    /// </summary>
    internal HostView With(ImmutableArray<EngineNetwork> listed)
    {
        var inUse = Containers.Values.SelectMany(static c => c.Endpoints).Select(static e => e.NetworkId).ToHashSet();
        var networks = listed.ToImmutableSortedDictionary(static n => n.Id, static n => n, StringComparer.Ordinal);
        foreach (var (id, network) in Networks)
            if (inUse.Contains(id) && !networks.ContainsKey(id))
                networks = networks.Add(id, network);
        return networks.SequenceEqual(Networks) ? this : this with { Networks = networks };
    }
}
