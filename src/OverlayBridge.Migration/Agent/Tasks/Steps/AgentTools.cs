using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.Probing;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Names.Serving;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>What steps work with.</summary>
internal sealed record AgentTools(
    IEngine Engine, IEngineControl Control, IContainerMoves Moves, IConsulClient Store, IVxlanDevices Devices, AgentOptions Options, TimeProvider Time, ILogger Log)
{
    /// <summary>Where engines keep their keys, unless a takeover says otherwise.</summary>
    private const string UsualPrefix = "docker/";

    /// <summary>What Docker reads instead of a resolv.conf that only names systemd's stub.</summary>
    private const string SystemdResolvConf = "/run/systemd/resolve/resolv.conf";

    public BridgeRecordsReader Records { get; } = new(Store);

    /// <inheritdoc cref="ContainerResolver.ResolveAsync"/>
    public Func<int, string, CancellationToken, Task<ImmutableArray<IPAddress>>> ResolveAsync { get; init; } = ContainerResolver.ResolveAsync;

    public ConversionFile Conversion { get; } = new(Path.Combine(Options.DataFolder, "conversion.json"));

    /// <summary>The takeover's record; null where there is none.</summary>
    public async Task<TakeoverRecord?> TakeoverAsync(CancellationToken token) =>
        (await Store.GetAsync(BridgeKeys.Takeover, new ReadOptions(Consistency.Consistent), token)).Value is { } entry
            ? BridgeRecords.Decode<TakeoverRecord>(entry.Key, entry.Value.AsSpan())
            : null;

    /// <summary>The engines' keys in this cluster, as a source.</summary>
    public async Task<BridgeSource> LegacyAsync(CancellationToken token) => new(Store, await PrefixAsync(token));

    public HostEdge Edge(ConversionGoal goal, PassingFailures passing) => new(
        goal, Control, Options.Engine, Store, async token => Legacy(await PrefixAsync(token)), new SwarmDoor(Store, Options.HostName, passing, Time), Conversion, Devices, Options, Resolvers, Time, Log);

    public LegacyRecords Legacy(string prefix) => Legacy(prefix, Options.Vtep);

    /// <param name="vtep">Of the host on which the containers are.</param>
    public LegacyRecords Legacy(string prefix, IPAddress vtep) => new(Store, new BridgeSource(Store, prefix), prefix, vtep);

    /// <summary>The prefix of the engines' keys.</summary>
    public async Task<string> PrefixAsync(CancellationToken token) => (await TakeoverAsync(token))?.Prefix ?? UsualPrefix;

    /// <summary>For containers of a host in the swarm: our name server first, then those that they have now.</summary>
    /// <param name="daemonJson">As it is.</param>
    public ImmutableArray<IPAddress> Resolvers(string? daemonJson)
    {
        if (OwnResolver() is not { } own)
            return [];
        var before = DaemonJson.ResolversOf(daemonJson).RemoveAll(own.Equals);
        return [own, .. before.IsEmpty ? HostResolvers().RemoveAll(own.Equals) : before];
    }

    /// <summary>The address of this agent's name server; null where it has none.</summary>
    public IPAddress? OwnResolver() => Options.Names is { } listening ? NamePlace.Find(listening)?.EndPoint.Address : null;

    /// <summary>As Docker has it: no loopback servers, which a container cannot reach; where only those are named, systemd's own list.</summary>
    private ImmutableArray<IPAddress> HostResolvers()
    {
        foreach (var file in (string[])[Options.ResolvConf, SystemdResolvConf])
            if (File.Exists(file) && ResolvConf.Servers(File.ReadAllText(file)).Where(static server => !IPAddress.IsLoopback(server)).ToImmutableArray() is { IsEmpty: false } servers)
                return servers;
        return [];
    }

    /// <summary>All exposures.</summary>
    public async Task<ImmutableArray<ExposureRecord>> ExposuresAsync(CancellationToken token) =>
        [.. (await Records.ExposuresAsync(token)).Select(static exposure => exposure.Record)];
}
