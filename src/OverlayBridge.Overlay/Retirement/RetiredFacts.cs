using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Retirement;

/// <summary>What is known when it is asked whether anything of the bridge is left.</summary>
/// <param name="Store">The control nodes; null when they were not asked for.</param>
public sealed record RetiredFacts(ImmutableArray<RetiredEngine> Engines, RetiredStore? Store);

/// <summary>What an engine shows of the bridge and of the legacy store.</summary>
/// <param name="Engine">Its URI, as it was given.</param>
/// <param name="ClusterStore">The store that it works on (<c>docker info</c>); empty for none.</param>
/// <param name="SwarmState">The engine's word: <c>active</c>, <c>inactive</c>…</param>
/// <param name="LegacyNetworks">Overlay networks of a cluster store.</param>
/// <param name="Holders">Names of the bridge's own containers.</param>
/// <param name="Stopped">Containers on a swarm overlay network that are to run (by their restart policy) and do not.</param>
/// <param name="Running">How many containers run on swarm overlay networks.</param>
/// <param name="Resolvers">Name servers in docker_gwbridge's subnet, where the bridge's was, of running containers' own (<c>--dns</c>).</param>
public sealed record RetiredEngine(
    string Engine,
    string HostName,
    string Version,
    string ClusterStore,
    string SwarmState,
    ImmutableArray<string> LegacyNetworks,
    ImmutableArray<string> Holders,
    ImmutableArray<string> Stopped,
    int Running,
    ImmutableArray<RetiredResolver> Resolvers);

/// <summary>A name server that a container has of its own.</summary>
/// <param name="HasOthers">Whether the container has others too, elsewhere: Docker's resolver goes on to them.</param>
public sealed record RetiredResolver(string Container, string Address, bool HasOthers);

/// <summary>What the control nodes say.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Answers">False: nobody is there any more.</param>
/// <param name="Agents">Hosts whose agents are heard of.</param>
/// <param name="Exposures">Networks that are not finished, by name.</param>
/// <param name="Redirected">A takeover whose redirects are in force: its phase; empty for none.</param>
/// <param name="Run">A run that is not at its end: its state; empty for none.</param>
public sealed record RetiredStore(
    string Name, bool Answers, ImmutableArray<string> Agents, ImmutableArray<string> Exposures, string Redirected, string Run);
