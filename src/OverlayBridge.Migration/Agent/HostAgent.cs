using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.PathProbing;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Agent.Stitching;
using OverlayBridge.Migration.Agent.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>
/// The agent of one host: what its engine shows goes into the store, and what the store says of all hosts goes into the
/// overlay namespaces of this one. Neither the engine nor the store need be there: what was known last stands until they
/// are, and entries in the kernel stay when the agent stops.
/// </summary>
public sealed class HostAgent
{
    private readonly AgentOptions options;
    private readonly TimeProvider time;
    private readonly EngineWatch watch;
    private readonly KeyPublisher records;
    private readonly KeyPublisher reports;
    private readonly Heartbeat heartbeat;
    private readonly BridgeMirror mirror;
    private readonly StitchLoop stitch;
    private readonly KeyPublisher takeoverReports;
    private readonly KeyPublisher pathProbeReports;
    private readonly PathProbeLoop pathProbing;
    private readonly TakeoverMirror takeoverMirror;
    private readonly TakeoverLoop takeover;
    private readonly NamesLoop? names;
    private readonly Lock gate = new();
    private HostView? view;
    private DateTimeOffset since;

    /// <param name="pathProbes">What is looked at for <c>network check</c>.</param>
    /// <param name="network">Where the engine's connections to its store are.</param>
    /// <param name="bootId">Of the host's current run: <c>/proc/sys/kernel/random/boot_id</c>.</param>
    public HostAgent(
        AgentOptions options, IEngine engine, IConsulClient store, INamespaces namespaces, IPathProbes pathProbes, HostNetwork network, string bootId, TimeProvider time, ILoggerFactory logs)
    {
        this.options = options;
        this.time = time;
        var log = logs.CreateLogger<HostAgent>();
        var owned = new OwnedEntryFiles(Path.Combine(options.DataFolder, "stitch"), bootId, log);
        watch = new EngineWatch(engine, EngineWatchOptions.Default, time, logs.CreateLogger<EngineWatch>());
        records = Publisher(BridgeKeys.Host(options.HostName), key => HostKeys.Owns(key, options.HostName));
        reports = Publisher(BridgeKeys.OfHost(options.HostName) + "stitch/", static key => key is BridgeKey.Stitch);
        heartbeat = new Heartbeat(store, options, time, log);
        mirror = new BridgeMirror(store, time, log);
        stitch = new StitchLoop(new Stitcher(namespaces, owned, time), owned, options, reports, time, log);
        pathProbeReports = Publisher(BridgeKeys.OfHost(options.HostName) + "path-probe/", static key => key is BridgeKey.HostPathProbe);
        pathProbing = new PathProbeLoop(pathProbes, store, options, pathProbeReports, time, log);
        takeoverReports = Publisher(BridgeKeys.HostTakeover(options.HostName), static key => key is BridgeKey.HostTakeover);
        takeoverMirror = new TakeoverMirror(store, time, log);
        var enforcer = new Enforcer(new HostTraffic(network), new EngagementFile(Path.Combine(options.DataFolder, "takeover.json"), log), time, log);
        takeover = new TakeoverLoop(enforcer, new GatewayWatch(), store, options, takeoverReports, time, log);

        names = options.Names is { } listening ? new NamesLoop(engine, listening, options.ResolvConf, time, log) : null;

        KeyPublisher Publisher(string prefix, Func<BridgeKey?, bool> owns) => new(store, prefix, owns, options.RecheckInterval, time, log);
    }

    /// <summary>
    /// Puts in force again what this host held or redirected when the agent last ran. To be done before <see cref="RunAsync"/>, and before
    /// the engine starts: until then it reaches the old store. Failures are logged, and mended as soon as the agent runs.
    /// </summary>
    public Task RestoreAsync(CancellationToken token) => takeover.RestoreAsync(token);

    /// <summary>Runs until cancelled; ends before that only by a fault of the program.</summary>
    /// <exception cref="HostNameTakenException">Another agent works under this host's name.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        using var probe = new GatewayProbe();
        using var life = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task[] parts =
        [
            watch.RunAsync(OnView, life.Token),
            PublishAsync(life),
            mirror.RunAsync(OnState, OnStoreReplaced, life.Token),
            stitch.RunAsync(life.Token),
            pathProbing.RunAsync(life.Token),
            takeoverMirror.RunAsync(takeover.Use, life.Token),
            takeover.RunAsync(life.Token),
            takeover.WatchGatewaysAsync(probe, life.Token),
            .. names is null ? Array.Empty<Task>() : [names.RunAsync(life.Token)],
        ];
        var first = await Task.WhenAny(parts);
        await life.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>Nothing of this host is written before it is known that no other agent has its name.</summary>
    private async Task PublishAsync(CancellationTokenSource life)
    {
        await heartbeat.ClaimAsync(life.Token);
        Task[] parts =
        [
            records.RunAsync(life.Token), reports.RunAsync(life.Token), pathProbeReports.RunAsync(life.Token), takeoverReports.RunAsync(life.Token),
            heartbeat.RunAsync(life.Token),
        ];
        var first = await Task.WhenAny(parts);
        await life.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private void OnView(HostView latest)
    {
        lock (gate)
        {
            if (latest.IsUp != view?.IsUp)
                since = time.GetUtcNow();
            view = latest;
            records.Want(HostKeys.For(view, options, since));
        }
        stitch.Use([.. latest.Networks.Keys]);
        names?.Use(latest);
    }

    private void OnState(BridgeState latest)
    {
        if (latest.Hosts.GetValueOrDefault(options.HostName) is { State: HostState.Lost })
            OnCalledLost();
        stitch.Use(latest);
        pathProbing.Use(latest);
        names?.Use(latest);
    }

    /// <summary>The control node had not heard of this host for a while; it is here.</summary>
    private void OnCalledLost()
    {
        lock (gate)
        {
            since = time.GetUtcNow();
            if (view is not null)
                records.Want(HostKeys.For(view, options, since));
        }
        records.Recheck();
    }

    private void OnStoreReplaced()
    {
        records.Recheck();
        reports.Recheck();
        pathProbeReports.Recheck();
        takeoverReports.Recheck();
    }
}
