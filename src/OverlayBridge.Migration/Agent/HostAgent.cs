using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.PathProbing;
using OverlayBridge.Migration.Agent.Probing;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Agent.Stitching;
using OverlayBridge.Migration.Agent.Takeover;
using OverlayBridge.Migration.Agent.Tasks;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Overlay.Records;

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
    private readonly WatchRestart watches;
    private readonly NamesLoop? names;
    private readonly KeyPublisher taskReports;
    private readonly TaskMirror taskMirror;
    private readonly TaskLoop tasks;
    private readonly KeyPublisher probeReports;
    private readonly TaskMirror probeMirror;
    private readonly ProbeLoop probes;
    private readonly KeyPublisher swarmAnswers;
    private readonly SwarmDesk desk;
    private readonly KeyPublisher moveAnswers;
    private readonly MoveDesk moveDesk;
    private readonly Lock gate = new();
    private HostView? view;
    private DateTimeOffset since;

    /// <param name="pathProbes">What is looked at for <c>network check</c>.</param>
    /// <param name="network">Where the engine's connections to its store are.</param>
    /// <param name="bootId">Of the host's current run: <c>/proc/sys/kernel/random/boot_id</c>.</param>
    public HostAgent(
        AgentOptions options, IEngine engine, IEngineControl control, IContainerMoves moves, AgentStore store, INamespaces namespaces, IPathProbes pathProbes, HostNetwork network, string bootId, TimeProvider time, ILoggerFactory logs)
    {
        this.options = options;
        this.time = time;
        var log = logs.CreateLogger<HostAgent>();
        var absence = new StoreAbsence(time, log);
        var owned = new OwnedEntryFiles(Path.Combine(options.DataFolder, "stitch"), bootId, log);
        watch = new EngineWatch(engine, EngineWatchOptions.Default, time, logs.CreateLogger<EngineWatch>());
        records = Publisher(BridgeKeys.Host(options.HostName), key => HostKeys.Owns(key, options.HostName));
        reports = Publisher(BridgeKeys.OfHost(options.HostName) + "stitch/", static key => key is BridgeKey.Stitch);
        heartbeat = new Heartbeat(store.Loops, absence, options, time, log);
        mirror = new BridgeMirror(store.Loops, absence, log);
        stitch = new StitchLoop(new Stitcher(namespaces, owned, time, log), owned, options, reports, time, log);
        pathProbeReports = Publisher(BridgeKeys.OfHost(options.HostName) + "path-probe/", static key => key is BridgeKey.HostPathProbe);
        pathProbing = new PathProbeLoop(pathProbes, store.Loops, absence, options, pathProbeReports, time, log);
        takeoverReports = Publisher(BridgeKeys.HostTakeover(options.HostName), static key => key is BridgeKey.HostTakeover);
        takeoverMirror = new TakeoverMirror(store.Loops, absence, log);
        var enforcer = new Enforcer(new HostTraffic(network), new EngagementFile(Path.Combine(options.DataFolder, "takeover.json"), log), time, log);
        watches = new WatchRestart(store.Steps, absence, options.HostName, time, log);
        takeover = new TakeoverLoop(enforcer, new GatewayWatch(), watches, store.Steps, options, takeoverReports, time, log);
        var own = BridgeKeys.OfHost(options.HostName);
        taskReports = Publisher(BridgeKeys.HostTasks(options.HostName), static key => key is BridgeKey.HostTaskReport);
        taskMirror = new TaskMirror(store.Loops, absence, BridgeKeys.HostTasks(options.HostName));
        var tools = new AgentTools(engine, control, moves, store.Steps, new VxlanDevices(network), options, time, log);
        tasks = new TaskLoop(
            kind => StepBook.For(kind, tools), new TaskFile(Path.Combine(options.DataFolder, "task.json"), log), taskReports, store.Steps, options, time, log);
        probeReports = Publisher(own + "probes/", static key => key is BridgeKey.ProbeReport);
        probeMirror = new TaskMirror(store.Loops, absence, own + "probes/");
        probes = new ProbeLoop(new HostProbes(control, time), probeReports, options, time, log);
        swarmAnswers = Publisher(own + "swarm-answers/", static key => key is BridgeKey.SwarmAnswer);
        desk = new SwarmDesk(control, options, swarmAnswers, time, log);
        moveAnswers = Publisher(own + "move-answers/", static key => key is BridgeKey.MoveAnswer);
        moveDesk = new MoveDesk(tools, moveAnswers);
        names = options.Names is { } listening ? new NamesLoop(engine, listening, options.ResolvConf, time, log) : null;

        KeyPublisher Publisher(string prefix, Func<BridgeKey?, bool> owns) => new(store.Loops, absence, prefix, owns, options.RecheckInterval, time);
    }

    /// <summary>
    /// Puts in force again what this host held or redirected when the agent last ran. To be done before <see cref="RunAsync"/>, and before
    /// the engine starts: until then it reaches the old store. Failures are logged, and mended as soon as the agent runs.
    /// </summary>
    public Task RestoreAsync(CancellationToken token) => takeover.RestoreAsync(token);

    /// <summary>Runs until cancelled, or until it has retired; ends before that only by a fault of the program.</summary>
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
            watches.RunAsync(life.Token),
            tasks.RunAsync(life.Token), // What was begun goes on at once; what is new comes with the store.
            probes.RunAsync(life.Token),
            desk.RunAsync(life.Token),
            moveDesk.RunAsync(life.Token),
            .. names is null ? Array.Empty<Task>() : [names.RunAsync(life.Token)],
        ];
        var first = await Task.WhenAny(parts);
        await life.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>Nothing of this host is written, and nothing new done, before it is known that no other agent has its name.</summary>
    private async Task PublishAsync(CancellationTokenSource life)
    {
        await heartbeat.ClaimAsync(life.Token);
        Task[] parts =
        [
            records.RunAsync(life.Token), reports.RunAsync(life.Token), takeoverReports.RunAsync(life.Token), heartbeat.RunAsync(life.Token),
            pathProbeReports.RunAsync(life.Token), taskReports.RunAsync(life.Token), taskMirror.RunAsync(tasks.Use, life.Token),
            probeReports.RunAsync(life.Token), probeMirror.RunAsync(probes.Use, life.Token),
            swarmAnswers.RunAsync(life.Token), moveAnswers.RunAsync(life.Token),
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
        desk.Use(latest.SwarmRequests);
        moveDesk.Use(latest.MoveRequests);
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
        taskReports.Recheck();
        probeReports.Recheck();
        swarmAnswers.Recheck();
        moveAnswers.Recheck();
    }
}
