using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Tests.Expose;

/// <summary>The engine of a swarm manager in memory: allocates a network unless it was told not to.</summary>
internal sealed class ManagerEngine(Faults faults) : IEngine
{
    private const string VniOption = "com.docker.network.driver.overlay.vxlanid_list";

    private readonly Dictionary<string, EngineNetwork> _networks = [];
    private int _made;

    public Uri Endpoint { get; } = new("unix:///manager.sock");

    public ImmutableArray<EngineNetwork> Networks => [.. _networks.Values];

    /// <summary>The spec of the network that was made last.</summary>
    public NetworkSpec? Made { get; private set; }

    /// <summary>Swarm finds the subnet or VNI taken: the network stays without either.</summary>
    public bool LeavesUnallocated { get; set; }

    /// <summary>What swarm says when the network is to be removed; null when it can be.</summary>
    public string? InUse { get; set; }

    public Task<EngineInfo> InfoAsync(CancellationToken token) => Task.FromResult(new EngineInfo("id", "manager", "26.1.5", "node", "active", IsManager: true));

    public Task<ImmutableArray<EngineNetwork>> NetworksAsync(CancellationToken token) => Task.FromResult(Networks);

    public Task<string> CreateNetworkAsync(NetworkSpec network, CancellationToken token) => Task.FromResult(faults.Change(() =>
    {
        Made = network;
        var id = string.Create(CultureInfo.InvariantCulture, $"swarmnetwork{++_made}");
        uint[] vnis = network.Options.TryGetValue(VniOption, out var asked)
            ? [.. asked.Split(',').Select(vni => uint.Parse(vni, CultureInfo.InvariantCulture))]
            : [.. network.Pools.Select((_, at) => 4097 + (uint)at)];
        _networks[id] = new(
            id, network.Name, network.Driver, "swarm", network.Attachable, LeavesUnallocated ? [] : [.. network.Pools.Select(pool => pool.Subnet)], network.Pools[0].Gateway,
            LeavesUnallocated ? [] : [.. vnis], DateTimeOffset.UnixEpoch)
        {
            Labels = network.Labels,
        };
        return id;
    }));

    public Task RemoveNetworkAsync(string idOrName, CancellationToken token) => Task.FromResult(faults.Change(() => InUse is { } reason
        ? throw new EngineException("Cannot remove the network.", reason, "See the engine's log.", 400)
        : _networks.Remove(idOrName)));

    public Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken token) => throw new NotSupportedException("expose lists no containers");

    public Task<EngineContainer?> InspectAsync(string containerId, CancellationToken token) => throw new NotSupportedException("expose inspects nothing");

    public Task<ImmutableArray<EngineMember>> MembersAsync(string network, CancellationToken token) => throw new NotSupportedException("nobody asks this engine who is on a network");

    public Task FollowEventsAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken token) =>
        throw new NotSupportedException("expose follows no events");

    public void Dispose()
    {
    }
}
