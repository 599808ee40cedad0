using System.Collections.Immutable;

namespace OverlayBridge.Engines;

/// <summary>
/// One Docker engine, legacy (20.10) or modern alike. Everything but <see cref="FollowEventsAsync"/> ends within a time limit,
/// also when the engine hangs, and throws <see cref="EngineException"/> where it fails.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>Where the engine is: <c>unix:///var/run/docker.sock</c>, <c>tcp://10.0.0.7:2375</c>.</summary>
    Uri Endpoint { get; }

    Task<EngineInfo> InfoAsync(CancellationToken token);

    /// <summary>All containers, running or not; without aliases, which only <see cref="InspectAsync"/> tells.</summary>
    Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken token);

    /// <summary>One container with all there is to know; null when it is not there. Waits while the engine is changing it.</summary>
    Task<EngineContainer?> InspectAsync(string containerId, CancellationToken token);

    /// <summary>
    /// All networks, whatever their driver. A legacy engine asks its store for this: without the store it hangs or leaves
    /// the legacy networks out.
    /// </summary>
    Task<ImmutableArray<EngineNetwork>> NetworksAsync(CancellationToken token);

    /// <summary>Running containers on a network of this host, by name or id; none when there is no such network.</summary>
    Task<ImmutableArray<EngineMember>> MembersAsync(string network, CancellationToken token);

    /// <summary>
    /// Tells what happens to containers and networks until the engine closes the stream; then completes. Starts with
    /// what happened since <paramref name="since"/> by the engine's clock (engines keep the last 256 events), so that a
    /// list made after the call misses nothing.
    /// </summary>
    Task FollowEventsAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken token);

    /// <returns>The new network's id.</returns>
    Task<string> CreateNetworkAsync(NetworkSpec network, CancellationToken token);

    /// <summary>Removes a network; one that is not there is no error.</summary>
    Task RemoveNetworkAsync(string idOrName, CancellationToken token);
}
