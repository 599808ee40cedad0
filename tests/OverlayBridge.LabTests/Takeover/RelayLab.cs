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
/// A lab of its own for a takeover without agents: legacy engines on h1 and h2 that find Consul at an address of its own, three control nodes
/// on n1 to n3, n1 a relay. <see cref="MoveAddressAsync"/> brings the address, and with it the engines, from Consul to the relay.
/// </summary>
internal sealed class RelayLab : IAsyncDisposable
{
    private const int HttpPort = 8700;
    private const int RaftPort = 8701;

    /// <summary>Where the engines find their store, whoever stands there.</summary>
    private static readonly IPAddress StoreAddress = IPAddress.Parse("172.31.0.251");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, NodeProcess> control = new(StringComparer.Ordinal);
    private readonly HttpClient http;

    private RelayLab(RunningLab lab, string network)
    {
        (Lab, Network) = (lab, network);
        http = new HttpClient(Switch.CreateHttpHandler());
        Store = Connect(Bridge);
        Source = new ConsulSource(Connect(lab.Consul!.State), TakeoverLab.Prefix);
        Records = new TakeoverRecords(Store);
    }

    public RunningLab Lab { get; }

    /// <summary>The name of the overlay network that spans both hosts.</summary>
    public string Network { get; }

    /// <summary>One container on each host, named after it.</summary>
    public IReadOnlyList<LabContainer> Anchors { get; private set; } = [];

    public static Uri EngineStore => new($"http://{StoreAddress}:8500");

    public IConsulClient Store { get; }

    /// <summary>Reads the real Consul, past the relay.</summary>
    public ConsulSource Source { get; }

    public TakeoverRecords Records { get; }

    /// <summary>The cluster as a STATE.</summary>
    public string Bridge => $"bridge://{string.Join(',', Lab.PlainNodes.Select(node => $"{node.Address}:{HttpPort}"))}";

    public LabNode Relay => Lab.PlainNodes[0];

    private LabNode Switch => Lab.Nodes["fabric"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RelayLab> UpAsync(LabFixture fixture)
    {
        var lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"relay-{Environment.ProcessId}", Swarm = 0, Plain = 3, StoreAddress = StoreAddress, KeepLogsIn = $"{LabFixture.LogFolder}-relay" }, Cancel);
        var up = new RelayLab(lab, fixture.UniqueName("shared"));
        try
        {
            await Task.WhenAll(Task.WhenAll(lab.PlainNodes.Select(up.StartControlAsync)), up.StartNetworkAsync(fixture.UniqueSubnet()));
            await up.MoveAddressAsync();
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

    /// <summary>Prepared, as soon as the relay has told of the engines that came, and all are ready.</summary>
    public async Task PrepareAsync()
    {
        ExecResult prepared = null!;
        await Wait.UntilAsync(
            async () => (prepared = await RunAsync(["takeover", "prepare", Lab.Consul!.State, "--to", Bridge])).ExitCode == 0 || !prepared.Output.Contains("no agent takes part", StringComparison.Ordinal),
            Limit, "engines that come through the relay", Cancel);
        Assert.True(prepared.ExitCode == 0, $"{prepared.Output}\n{prepared.Error}");
        TestContext.Current.TestOutputHelper!.WriteLine(prepared.Output);
        await ReportAsync(TakeoverHostState.Ready);
    }

    /// <summary>Waits until the relay reports a state of the takeover that the record tells of.</summary>
    public Task ReportAsync(TakeoverHostState state) => Records.ParticipantsAsync(all => all is [{ IsRelay: true } relay] && relay.Is(state), $"{state} on the relay");

    /// <summary>The record, as soon as it has come to a phase.</summary>
    public Task<TakeoverRecord> RecordAsync(TakeoverPhase phase) => Records.RecordAsync(record => record.Phase >= phase, $"{phase}");

    /// <summary>The control node that leads.</summary>
    public Task<LabNode> LeaderAsync() =>
        new LabLeader(Lab.PlainNodes, node => control.TryGetValue(node.Name, out var process) && process.IsRunning, http, HttpPort).FindAsync(Cancel);

    /// <summary>Has a node lead that is no relay.</summary>
    public async Task<LabNode> LeadElsewhereAsync()
    {
        var leader = await LeaderAsync();
        if (leader != Relay)
            return leader;
        var moved = await RunAsync("cluster", "transfer-leader", "--to", $"{Lab.PlainNodes[1].Address}:{RaftPort}", "--store", Bridge);
        Assert.True(moved.ExitCode == 0, $"{moved.Output}\n{moved.Error}");
        return await LeaderAsync() is var next && next != Relay ? next : throw new LabException("the relay leads again", "another was to lead", "look at its log");
    }

    /// <summary>kill -9 of a control node.</summary>
    public Task KillAsync(LabNode node) => control[node.Name].KillAsync(Cancel);

    /// <summary>Starts a control node, on the data that it had.</summary>
    public async Task StartControlAsync(LabNode node) => control[node.Name] = await node.StartAsync(
        "control",
        [
            LabFixture.BridgeCommand, "serve", "--data", $"{node.Folder}/control", "--http", $"{node.Address}:{HttpPort}",
            "--raft", $"{node.Address}:{RaftPort}", "--bootstrap", string.Join(',', Lab.PlainNodes.Select(one => $"{one.Address}:{RaftPort}")),
            "--node-name", node.Name, "--allow-remote-without-token", "--verbose",
            .. node == Relay ? (string[])["--relay", Lab.Consul!.State, "--relay-listen", "0.0.0.0:8500"] : [],
        ],
        Cancel);

    /// <summary>Waits until somebody answers at the engines' address.</summary>
    public async Task ServesAsync()
    {
        using var http = new HttpClient(Switch.CreateHttpHandler()) { BaseAddress = EngineStore };
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync("/v1/status/leader", Cancel);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false; // not listening yet
                }
            },
            Limit, "an answer at the engines' address", Cancel);
    }

    /// <summary>As docs/operations.md has it, while nobody changes a network: no connection may meet a closed port, none may go on to where the address was.</summary>
    private async Task MoveAddressAsync()
    {
        await control[Relay.Name].WaitForLogAsync("Relaying on", Limit, Cancel);
        var old = Lab.Kv;
        (await old.ExecAsync(["iptables", "-I", "INPUT", "-p", "tcp", "-d", $"{StoreAddress}", "--dport", "8500", "-j", "DROP"], Cancel)).Success();
        await old.ExecAsync(["ss", "-K", "src", $"{StoreAddress}", "sport", "=", "8500"], Cancel);
        await old.RemoveAddressAsync(StoreAddress, Cancel);
        await Relay.AddAddressAsync(StoreAddress, Cancel);
    }

    private async Task StartNetworkAsync(IPNetwork subnet)
    {
        var hosts = Lab.LegacyHosts;
        await hosts[0].DockerAsync(["network", "create", "--driver", "overlay", "--subnet", $"{subnet}", Network], Cancel);
        Anchors = await Task.WhenAll(hosts.Select(host => host.RunAsync($"anchor-{host.Name}", Network, Cancel)));
    }

    private ConsulClient Connect(string state) => new(new(state, StateUri.Parse(state).Servers)
    {
        Connect = async (server, token) => await Switch.ConnectAsync(server, token),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        AnswerTimeout = TimeSpan.FromSeconds(10),
    });
}
