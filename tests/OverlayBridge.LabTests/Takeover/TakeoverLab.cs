using System.Collections.Concurrent;
using System.Net;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>
/// A lab of its own for one takeover: legacy engines on h1 and h2 that work on Consul, each with an agent, and three control nodes on n1
/// to n3. An overlay network spans both hosts, with a container on each that stays: <see cref="Anchors"/>.
/// </summary>
internal sealed class TakeoverLab : IAsyncDisposable
{
    private const int HttpPort = 8700;
    private const int RaftPort = 8701;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, NodeProcess> control = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NodeProcess> agents = new(StringComparer.Ordinal);
    private readonly HttpClient http;

    private TakeoverLab(RunningLab lab, string network)
    {
        (Lab, Network) = (lab, network);
        http = new HttpClient(Switch.CreateHttpHandler());
        Store = Connect(Bridge);
        Source = new ConsulSource(Connect(lab.Consul!.State), Prefix);
        Records = new TakeoverRecords(Store);
    }

    /// <summary>What changes hands.</summary>
    public const string Prefix = "docker/";

    public RunningLab Lab { get; }

    /// <summary>The name of the overlay network that spans both hosts.</summary>
    public string Network { get; }

    /// <summary>One container on each host, named after it.</summary>
    public IReadOnlyList<LabContainer> Anchors { get; private set; } = [];

    /// <summary>The cluster as a STATE.</summary>
    public string Bridge => $"bridge://{string.Join(',', Lab.PlainNodes.Select(node => $"{node.Address}:{HttpPort}"))}";

    /// <summary>Reads and writes the cluster.</summary>
    public IConsulClient Store { get; }

    /// <summary>Reads the real Consul.</summary>
    public ConsulSource Source { get; }

    public TakeoverRecords Records { get; }

    /// <summary>A node that nobody holds or redirects: commands run here.</summary>
    private LabNode Switch => Lab.Nodes["fabric"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TakeoverLab> UpAsync(LabFixture fixture, string name)
    {
        var lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"takeover-{Environment.ProcessId}", Swarm = 0, Plain = 3, KeepLogsIn = $"{LabFixture.LogFolder}-takeover-{name}" }, Cancel);
        var up = new TakeoverLab(lab, fixture.UniqueName("shared"));
        try
        {
            await Task.WhenAll(up.StartClusterAsync(), up.StartNetworkAsync(fixture.UniqueSubnet()));
            return up;
        }
        catch
        {
            await up.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        http.Dispose();
        Store.Dispose();
        Source.Dispose();
        await Lab.DisposeAsync();
    });

    /// <summary>Runs a command of overlaybridge.</summary>
    public Task<ExecResult> RunAsync(params IReadOnlyList<string> arguments) => BridgeLab.RunAsync(Switch, arguments);

    /// <summary>Runs a command of <c>overlaybridge takeover</c> on the cluster.</summary>
    public Task<ExecResult> TakeoverAsync(params IReadOnlyList<string> arguments) => RunAsync(["takeover", .. arguments, "--store", Bridge]);

    /// <summary>The real Consul is about to be taken over.</summary>
    public async Task PrepareAsync(params IReadOnlyList<string> options)
    {
        var prepared = await RunAsync(["takeover", "prepare", Lab.Consul!.State, "--to", Bridge, .. options]);
        Assert.True(prepared.ExitCode == 0, $"{prepared.Output}\n{prepared.Error}");
        await HostsAsync(TakeoverHostState.Ready);
    }

    /// <inheritdoc cref="TakeoverWaits.RecordAsync"/>
    public Task<TakeoverRecord> RecordAsync(Func<TakeoverRecord, bool> condition, string what) => Records.RecordAsync(condition, what);

    /// <summary>Waits until both hosts report a state of the takeover that the record tells of.</summary>
    public Task HostsAsync(TakeoverHostState state) => Records.ParticipantsAsync(hosts => hosts.All(one => one.Is(state)), $"{state} on all hosts");

    /// <summary>Waits until one host reports a state of the takeover that the record tells of.</summary>
    public Task HostAsync(LabHost host, TakeoverHostState state) =>
        Records.ParticipantsAsync(hosts => hosts.Any(one => one.Name == host.Name && one.Is(state)), $"{state} on {host.Name}");

    /// <summary>The control node that leads.</summary>
    public Task<LabNode> LeaderAsync() =>
        new LabLeader(Lab.PlainNodes, node => control.TryGetValue(node.Name, out var process) && process.IsRunning, http, HttpPort).FindAsync(Cancel);

    /// <summary>kill -9 of a control node.</summary>
    public Task KillAsync(LabNode node) => control[node.Name].KillAsync(Cancel);

    /// <summary>Starts a control node again, on the data that it had.</summary>
    public async Task StartControlAsync(LabNode node) => control[node.Name] = await node.StartAsync(
        "control",
        [
            LabFixture.BridgeCommand, "serve", "--roles", "control", "--data", $"{node.Folder}/control", "--http", $"{node.Address}:{HttpPort}",
            "--raft", $"{node.Address}:{RaftPort}", "--bootstrap", string.Join(',', Lab.PlainNodes.Select(one => $"{one.Address}:{RaftPort}")),
            "--node-name", node.Name, "--allow-remote-without-token", "--verbose",
        ],
        Cancel);

    public NodeProcess Agent(LabHost host) => agents[host.Name];

    /// <summary>Waits until every agent gives signs of life, and knows its engine.</summary>
    public Task HeardAsync() => Wait.UntilAsync(
        async () => (await Records.HostsAsync(Cancel)).Count(static host => host is { State: HostState.Up, Engine: EngineState.Up }) == Lab.LegacyHosts.Count,
        Limit, "agents that know their engines", Cancel);

    public async Task StartAgentAsync(LabHost host) => agents[host.Name] = await host.StartAsync(
        "agent",
        [
            LabFixture.BridgeCommand, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", Bridge,
            "--host-name", host.Name, "--vtep", $"{host.Address}", "--verbose",
        ],
        Cancel);

    private static ConsulClient Connect(string state, LabNode from) => new(new(state, StateUri.Parse(state).Servers)
    {
        Connect = async (server, token) => await from.ConnectAsync(server, token),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        AnswerTimeout = TimeSpan.FromSeconds(10),
    });

    private ConsulClient Connect(string state) => Connect(state, Switch);

    private async Task StartClusterAsync()
    {
        await Task.WhenAll(Lab.PlainNodes.Select(StartControlAsync));
        await LeaderAsync();
        await Task.WhenAll(Lab.LegacyHosts.Select(StartAgentAsync));
        await HeardAsync();
    }

    private async Task StartNetworkAsync(IPNetwork subnet)
    {
        var hosts = Lab.LegacyHosts;
        await hosts[0].DockerAsync(["network", "create", "--driver", "overlay", "--subnet", $"{subnet}", Network], Cancel);
        Anchors = await Task.WhenAll(hosts.Select(host => host.RunAsync($"anchor-{host.Name}", Network, Cancel)));
    }
}
