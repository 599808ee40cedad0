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
using OverlayBridge.Yaml;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// A lab for a whole run: legacy hosts h1 to h3 on a real Consul, a swarm manager h4, three control nodes, an agent on each host. On the network appnet, by
/// Compose: db on h1, web on h1 and h2, worker on h1 and h3.
/// </summary>
internal sealed class MigrationLab : IAsyncDisposable
{
    public const string Network = "appnet";
    public const string PlanName = "shop";

    /// <summary>What runs on the legacy hosts, each in its turn.</summary>
    private static readonly string[][] Apps = [["db", "web-1", "worker-1"], ["web-2"], ["worker-2"]];

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

    /// <summary>By name.</summary>
    public IReadOnlyList<LabContainer> Containers { get; private set; } = [];

    /// <summary>Where commands run, and where the plan's file is.</summary>
    private LabNode Switch => Lab.Nodes["fabric"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MigrationLab> UpAsync(string name)
    {
        var lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"migrate-{Environment.ProcessId}", Legacy = 3, Swarm = 1, Plain = 3, KeepLogsIn = $"{LabFixture.LogFolder}-migrate-{name}" }, Cancel);
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

    /// <summary>Has the plan made from what the agents and engines say at this moment, and puts the gates in, as a person would.</summary>
    public async Task<string> PlanAsync()
    {
        var file = Path.Combine(Manager.Folder, "plan.yaml");
        await RunAsync([
            "plan", "create", Bridge, "--name", PlanName, "--manager", Manager.Name, "--canary", "h1", "--parallel", "2", "--out", file,
            .. Lab.LegacyHosts.SelectMany(static host => new[] { "--engine", $"unix://{host.DockerSocket}" }),
        ]);
        var made = PlanReading.Of(new SourceText(file, await File.ReadAllTextAsync(file, Cancel))).Valid;
        Assert.Equal(["shop/web: h1/web-1 h2/web-2", "shop/worker: h1/worker-1 h3/worker-2"], made.ReplicaSets.Select(static set => $"{set.Name}: {string.Join(' ', set.Members)}"));
        var hosts = made.Stages.Where(static stage => stage.Kind == StageKind.Hosts).ToList();
        Assert.Equal(["h1", "h2 h3"], hosts.Select(static stage => string.Join(' ', stage.Hosts)));
        var gated = made with
        {
            Stages =
            [
                .. made.Stages.Select(stage => stage == hosts[0] ? stage with { Name = "canary", Gates = [.. Gates("h2/web-2", "h3/worker-2"), new Gate.Approval("looked-at")] }
                    : stage == hosts[1] ? stage with { Name = "rest", Gates = Gates("h1/db", "h1/db") }
                    : stage),
            ],
        };
        await File.WriteAllTextAsync(file, PlanWriter.Write(gated, [], null), Cancel);
        return file;
    }

    /// <summary>The longest time in which db is not reached from h2 while the engine of h1 is restarted: what a conversion is compared with.</summary>
    public async Task<ProbeReport> PlainRestartAsync(string name)
    {
        var host = Lab.LegacyHosts[0];
        var probe = new ProbeTaskRecord("baseline", name, 1, "web-2", new ProbeTarget.Http(new Uri("http://db/")), 50, 1000);
        var asker = Lab.LegacyHosts[1].Name;
        await Store.PutAsync(BridgeKeys.Probe(asker, name), BridgeRecords.Encode(probe), default, Cancel);
        ProbeReport? report = null;
        async Task<bool> SucceedsAsync(int least) =>
            (report = await TryRecordAsync<ProbeReport>(BridgeKeys.ProbeReport(asker, name))) is { SuccessesInARow: > 5 } && report.Failures >= least;
        await Wait.UntilAsync(() => SucceedsAsync(0), Limit, "a probe that succeeds", Cancel);
        foreach (var script in new[] { "engine-stop", "engine-start" })
            (await host.ExecAsync(["sh", Path.Combine(host.Folder, script)], Cancel)).Success();
        await Wait.UntilAsync(() => SucceedsAsync(1), Limit, "a probe that succeeds again", Cancel);
        await Store.DeleteAsync(BridgeKeys.Probe(asker, name), null, Cancel);
        return report!;
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

    /// <summary>
    /// A request to each app every 50 ms. What runs once is away while its engine restarts. A request to what runs twice fails only when no replica answers,
    /// as clients with several addresses to a name have it; a packet may get lost all the same on a machine that is busy with four engines.
    /// </summary>
    private static ImmutableArray<Gate> Gates(string dbAndWorkerFrom, string webFrom) =>
    [
        new Gate.Replicas("all-up", []), Stream("db", dbAndWorkerFrom, 1, 0.95), Stream("worker", dbAndWorkerFrom, 5, 0.02), Stream("web", webFrom, 5, 0.02),
    ];

    private static Gate.Probe Stream(string app, string from, int patience, double budget) =>
        new($"{app}-stream", from, new ProbeTarget.Http(new Uri($"http://{app}/")), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(patience), 20, budget);

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
        await Lab.LegacyHosts[0].DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.77.0.0/24", Network], Cancel);
        var started = new List<LabContainer>();
        foreach (var (host, apps) in Lab.LegacyHosts.Zip(Apps))
        {
            var file = Path.Combine(host.Folder, "docker-compose.yml");
            await File.WriteAllTextAsync(file, ComposeFile(apps), Cancel);
            await host.ComposeAsync(file, ["--project-name", "shop", "up", "--detach"], Cancel);
            started.AddRange(await host.ContainersAsync("com.docker.compose.project=shop", Cancel));
        }
        Containers = [.. started.OrderBy(static container => container.Name, StringComparer.Ordinal)];
    }

    /// <summary>A container's name is its service's, and a number where there are several: on an overlay no two may be called the same.</summary>
    private static string ComposeFile(IEnumerable<string> containers) => string.Join('\n', (string[])[
        "version: '2.1'",
        "services:",
        .. containers.Select(static name =>
            $"  {name.Split('-')[0]}: {{image: '{LabHost.Image}', container_name: {name}, hostname: {name}, init: true, restart: always, networks: [{Network}]}}"),
        "networks:",
        $"  {Network}: {{external: true}}",
        "",
    ]);

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
