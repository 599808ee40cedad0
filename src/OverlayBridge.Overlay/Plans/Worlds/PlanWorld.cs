using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Exposures;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>What a plan is made from and compared with: the legacy networks of a store, and what runs on the hosts.</summary>
/// <param name="Source">STATE without secrets.</param>
/// <param name="Index">The store's index.</param>
/// <param name="Networks">Legacy overlay networks of which name and subnet are known.</param>
/// <param name="Hosts">Legacy and swarm hosts, each heard of just now.</param>
/// <param name="StoreHosts">Addresses of legacy hosts that the store names.</param>
public sealed record PlanWorld(
    string Source, ulong Index, ImmutableArray<WorldNetwork> Networks, ImmutableArray<WorldHost> Hosts, ImmutableArray<IPAddress> StoreHosts)
{
    private readonly HashSet<IPAddress> _storeHosts = [.. StoreHosts];
    private readonly HashSet<string> _networkNames = new(Networks.Select(static network => network.Name), StringComparer.Ordinal);

    /// <summary>Hosts that are in no swarm and use the store: it names them, or their containers are on its networks.</summary>
    public IEnumerable<WorldHost> LegacyHosts => HostsInNoSwarm.Where(host =>
        _storeHosts.Contains(host.Vtep) || host.Containers.Any(container => container.Attachments.Any(attachment => _networkNames.Contains(attachment.Network))));

    public IEnumerable<WorldHost> HostsInNoSwarm => Hosts.Where(static host => host.Side == WorldSide.Legacy);
}

/// <param name="Id">64 hex digits.</param>
/// <param name="Subnet">Its first IPv4 subnet.</param>
/// <param name="Obstacles">Why it cannot be exposed; none when it can.</param>
public sealed record WorldNetwork(string Name, string Id, IPNetwork Subnet, ImmutableArray<ExposeRefusal> Obstacles)
{
    /// <summary>Further IPv4 subnets, in the network's order.</summary>
    public ImmutableArray<IPNetwork> MoreSubnets { get; init; } = [];
}

/// <param name="Name">As its agent is called; without an agent, as its engine.</param>
/// <param name="Trouble">Why what is told of it may be old, as the end of "its …"; null when it was heard of just now.</param>
public sealed record WorldHost(
    string Name, IPAddress Vtep, string EngineVersion, WorldSide Side, ImmutableArray<WorldContainer> Containers, string? Trouble = null);

/// <summary>On which side of the transition a host is.</summary>
public enum WorldSide
{
    /// <summary>In no swarm.</summary>
    Legacy,

    SwarmWorker,

    SwarmManager,
}

/// <param name="Labels">Those that say which Compose or swarm service it belongs to.</param>
/// <param name="Attachments">To overlay networks, by the network's name; none while it does not run.</param>
public sealed record WorldContainer(
    string Id, string Name, bool IsRunning, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<PlanAttachment> Attachments);
