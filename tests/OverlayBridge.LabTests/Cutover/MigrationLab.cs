using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Plans;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// A lab for a whole run: legacy hosts h1 and h2 on a real Consul, a swarm manager h3, three control nodes, an agent on each host. On the network appnet db
/// (h1) and web (h2) by Compose, and api with a replica on either host.
/// </summary>
internal sealed class MigrationLab : IAsyncDisposable
{
    public const string Network = "appnet";
    public const string PlanName = "shop";

    private const int HttpPort = 8700;
    private const int RaftPort = 8701;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly Dictionary<string, NodeProcess> control = [];
    private readonly Dictionary<string, NodeProcess> agents = [];
    private readonly HttpClient http;

    private MigrationLab(RunningLab lab)
    {
        Lab = lab;
        http = new HttpClient(Switch.CreateHttpHandler()) { Timeout = TimeSpan.FromSeconds(10) };
        Store = new ConsulClient(new(Bridge, StateUri.Parse(Bridge).Servers)
        {
            Connect = async (server, token) => await Switch.ConnectAsync(server, token),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            AnswerTimeout = TimeSpan.FromSeconds(20),
        });
    }

    public RunningLab Lab { get; }

    public IConsulClient Store { get; }

    public string Bridge => $"bridge://{string.Join(',', Lab.PlainNodes.Select(static node => $"{node.Address}:{HttpPort}"))}";

    public LabHost Manager => Lab.SwarmHosts[0];

    /// <summary>db and api-1 on h1, web and api-2 on h2.</summary>
    public IReadOnlyList<LabContainer> Containers { get; private set; } = [];

    /// <summary>Where commands run, and where the plan's file is.</summary>
    private LabNode Switch => Lab.Nodes["fabric"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MigrationLab> UpAsync(string name)
    {
        var lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"migrate-{Environment.ProcessId}", Swarm = 1, Plain = 3, KeepLogsIn = $"{LabFixture.LogFolder}-migrate-{name}" }, Cancel);
        var up = new MigrationLab(lab);
        try
        {
            await Task.WhenAll(Task.WhenAll(lab.PlainNodes.Select(up.StartControlAsync)), up.StartAppAsync());
            await up.LeaderAsync();
            await Task.WhenAll(lab.Hosts.Select(up.StartAgentAsync));
            await up.TakeOverAsync();
            return up;
        }
        catch
        {
            await up.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        Store.Dispose();
        await Lab.DisposeAsync();
    }

    /// <summary>A command of overlaybridge; it has to end with 0.</summary>
    public async Task<string> RunAsync(params IReadOnlyList<string> arguments)
    {
        var run = await BridgeLab.RunAsync(Switch, arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}\n{run.Output}\n{run.Error}");
        return run.Output;
    }

    /// <summary>A command of <c>overlaybridge migrate</c>, which has to end with 0. While the leader changes nobody answers for a moment.</summary>
    public async Task MigrateAsync(params IReadOnlyList<string> arguments)
    {
        ExecResult? run = null;
        await Wait.UntilAsync(
            async () => (run = await BridgeLab.RunAsync(Switch, ["migrate", .. arguments, "--store", Bridge])).ExitCode == 0 || !run.Error.Contains("does not answer", StringComparison.Ordinal),
            Limit, $"migrate {arguments[0]}", Cancel);
        Assert.True(run!.ExitCode == 0, $"migrate {string.Join(' ', arguments)}\n{run.Output}\n{run.Error}");
    }

    /// <summary>How the run stands, as soon as it is so.</summary>
    public async Task<JsonElement> StatusAsync(Func<JsonElement, bool> condition, string what)
    {
        JsonElement found = default;
        var last = "";
        try
        {
            await Wait.UntilAsync(
                async () =>
                {
                    var run = await BridgeLab.RunAsync(Switch, ["migrate", "status", "-o", "json", "--store", Bridge]);
                    if (run.ExitCode != 0)
                        return false; // a new leader is being elected
                    using var document = JsonDocument.Parse(last = run.Output);
                    found = document.RootElement.Clone();
                    return condition(found);
                },
                Limit, what, Cancel);
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine(last);
            throw;
        }
        return found;
    }

    /// <summary>Whether a host is in the middle of changing something.</summary>
    public async Task ActingAsync(LabHost host, string step) => await Wait.UntilAsync(
        async () => await TryRecordAsync<HostTaskReport>(BridgeKeys.HostTaskReport(host.Name, step)) is { State: HostTaskState.Acting, Changes.Length: > 1 }, Limit, $"{step} under way", Cancel);

    /// <summary>The control node that leads.</summary>
    public async Task<LabNode> LeaderAsync()
    {
        LabNode? leader = null;
        await Wait.UntilAsync(async () => (leader = await TryLeaderAsync()) is not null, Limit, "a leader of the control nodes", Cancel);
        return leader!;
    }

    public Task KillControlAsync(LabNode node) => control[node.Name].KillAsync(Cancel);

    public async Task StartControlAsync(LabNode node) => control[node.Name] = await node.StartAsync(
        "control",
        [
            LabFixture.BridgeCommand, "serve", "--roles", "control", "--data", $"{node.Folder}/control", "--http", $"{node.Address}:{HttpPort}",
            "--raft", $"{node.Address}:{RaftPort}", "--bootstrap", string.Join(',', Lab.PlainNodes.Select(static one => $"{one.Address}:{RaftPort}")),
            "--node-name", node.Name, "--allow-remote-without-token",
        ],
        Cancel);

    public Task KillAgentAsync(LabHost host) => agents[host.Name].KillAsync(Cancel);

    public bool AgentRuns(LabHost host) => agents[host.Name].IsRunning;

    /// <summary>Without waiting for it: its host may have no engine at the moment.</summary>
    public async Task StartAgentAgainAsync(LabHost host) => agents[host.Name] = await host.StartAsync("agent", AgentCommand(host, $"{host.Folder}/engine-control.json"), Cancel);

    public async Task StopAllControlAsync()
    {
        foreach (var node in control.Values.Where(static node => node.IsRunning))
            await node.KillAsync(Cancel);
    }

    /// <summary>What must not change when a host goes over or back.</summary>
    public async Task<string> IdentitiesAsync() => string.Join('\n', await Task.WhenAll(Containers.Select(CutoverLab.IdentityAsync)));

    /// <summary>Makes the plan from what the agents say, as a file.</summary>
    public async Task<string> PlanAsync()
    {
        var entries = (await Store.ListAsync(BridgeKeys.Hosts, new ReadOptions(Consistency.Consistent), Cancel)).Value;
        T Read<T>(Legacy.Store.KeyValueEntry entry) where T : IBridgeRecord<T> => BridgeRecords.Decode<T>(entry.Key, entry.Value.AsSpan());
        var attachments = entries.Where(static entry => BridgeKeys.TryParse(entry.Key) is BridgeKey.Attachment).Select(Read<AttachmentRecord>).ToLookup(static one => one.ContainerId);
        var network = await Lab.LegacyHosts[0].DockerAsync(["network", "inspect", "--format", "{{.Id}}", Network], Cancel);
        var plan = new MigrationPlan(
            PlanName, new PlanOrigin(Bridge, 1, TimeProvider.System.GetUtcNow()), Manager.Name, new PlanLimits(new Allowance(1, null), 2),
            [new PlanNetwork(Network, network, IPNetwork.Parse("10.77.0.0/24"))],
            [
                .. from host in Lab.LegacyHosts
                   let record = Read<HostRecord>(entries.Single(entry => entry.Key == BridgeKeys.Host(host.Name)))
                   select new PlanHost(
                       host.Name, host.Address, HostStrategy.ConvertHost, record.EngineVersion, null,
                       [
                           .. from entry in entries
                              where BridgeKeys.TryParse(entry.Key) is BridgeKey.Container key && key.HostName == host.Name
                              let container = Read<ContainerRecord>(entry)
                              orderby container.Name
                              select new PlanContainer(
                                  container.Id, container.Name, true, container.Name.StartsWith("api", StringComparison.Ordinal) ? "api" : null, null,
                                  [.. attachments[container.Id].Select(static one => new PlanAttachment(one.NetworkName, one.Address.Address, one.MacAddress, one.Aliases))]),
                       ]),
            ],
            [new ReplicaSet("api", ["h1/api-1", "h2/api-2"], null)],
            PlanConstraints.None with { Canary = "h1" },
            [
                new("prepare", StageKind.Prepare, [], [], null),
                new("canary", StageKind.Hosts, ["h1"], [new Gate.Replicas("all-up", []), Stream("h2/web", "http://db/"), new Gate.Approval("looked-at")], null),
                new("rest", StageKind.Hosts, ["h2"], [new Gate.Replicas("all-up", []), Stream("h1/db", "http://web/")], null),
                new("retire", StageKind.Retire, [], [], null),
            ],
            []);
        var file = Path.Combine(Manager.Folder, "plan.yaml");
        await File.WriteAllTextAsync(file, PlanWriter.Write(plan, [], null), Cancel);
        return file;
    }

    /// <summary>Null when the key is not there.</summary>
    public async Task<T?> TryRecordAsync<T>(string key)
        where T : class, IBridgeRecord<T>
    {
        try
        {
            return (await Store.GetAsync(key, new ReadOptions(Consistency.Consistent), Cancel)).Value is { } entry ? BridgeRecords.Decode<T>(key, entry.Value.AsSpan()) : null;
        }
        catch (SourceException)
        {
            return null; // slow on a busy machine, or a new leader: asked again
        }
    }

    /// <summary>A request every 50 ms. Half of them may fail: the service is there once, and its engine is restarted in a stage of some seconds.</summary>
    private static Gate.Probe Stream(string from, string address) =>
        new("stream", from, new ProbeTarget.Http(new Uri(address)), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), 20, 0.9);

    private ImmutableArray<string> AgentCommand(LabHost host, string engineControl) =>
    [
        LabFixture.BridgeCommand, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", Bridge, "--host-name", host.Name, "--vtep", $"{host.Address}",
        "--engine-control", engineControl,
    ];

    private async Task StartAgentAsync(LabHost host)
    {
        agents[host.Name] = await host.StartAsync("agent", AgentCommand(host, await EngineScripts.WriteAsync(host, Cancel)), Cancel);
        await Wait.UntilAsync(
            async () => await TryRecordAsync<HostRecord>(BridgeKeys.Host(host.Name)) is { Engine: EngineState.Up, State: HostState.Up }, Limit, $"the agent of {host.Name}", Cancel);
    }

    private async Task StartAppAsync()
    {
        var (first, second) = (Lab.LegacyHosts[0], Lab.LegacyHosts[1]);
        await first.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.77.0.0/24", Network], Cancel);
        Containers =
        [
            await UpAsync(first, "db"), await UpAsync(second, "web"),
            await first.RunAsync("api-1", Network, Cancel, "--restart", "always", "--network-alias", "api"),
            await second.RunAsync("api-2", Network, Cancel, "--restart", "always", "--network-alias", "api"),
        ];
    }

    private static async Task<LabContainer> UpAsync(LabHost host, string service)
    {
        var file = Path.Combine(TestFiles.RepositoryRoot, "compose-samples", "shop", "before", "docker-compose.yml");
        await host.ComposeAsync(file, ["--project-name", "shop", "up", "--detach", service], Cancel);
        return Assert.Single(await host.ContainersAsync($"com.docker.compose.service={service}", Cancel));
    }

    private async Task TakeOverAsync()
    {
        await RunAsync("takeover", "prepare", Lab.Consul!.State, "--to", Bridge);
        await RunAsync("takeover", "commit", "--store", Bridge, "--wait", "120");
    }

    private async Task<LabNode?> TryLeaderAsync()
    {
        foreach (var node in Lab.PlainNodes.Where(node => control.TryGetValue(node.Name, out var process) && process.IsRunning))
            try
            {
                var raft = (await http.GetStringAsync(new Uri($"http://{node.Address}:{HttpPort}/v1/status/leader"), Cancel)).Trim('"', '\n');
                if (IPEndPoint.TryParse(raft, out var leader) && Lab.PlainNodes.FirstOrDefault(one => one.Address.Equals(leader.Address)) is { } found && control[found.Name].IsRunning)
                    return found;
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or without a leader: another may know more.
            }
        return null;
    }
}
