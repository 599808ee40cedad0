using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// A lab for a whole run, as migration-plans/small.yaml has it: legacy hosts h1 to h3 on a real Consul, a swarm manager h4, three control nodes, an agent on each host.
/// On the network appnet, by Compose: db on h1, web on h1 to h3, worker on h2 and h3.
/// </summary>
internal sealed partial class MigrationLab : IAsyncDisposable
{
    public const string Network = "appnet";
    public const string PlanName = "shop";

    /// <summary>The app as on a host: replicas go by names of their own, and by the service's name together.</summary>
    private const string ComposeFile =
        """
        version: "2.1"
        services:
          @SERVICE@:
            image: lab:1
            container_name: @NAME@
            hostname: @NAME@
            init: true
            restart: always
            networks:
              appnet:
                aliases: [@SERVICE@]
        networks:
          appnet:
            external: true
        """;

    private const int HttpPort = 8700;
    private const int RaftPort = 8701;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    /// <summary>Between two looks at how the run stands, each of which starts a program.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, NodeProcess> control = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NodeProcess> agents = new(StringComparer.Ordinal);
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

    /// <summary>db, web-1 (h1), web-2, worker-1 (h2), web-3, worker-2 (h3).</summary>
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

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        http.Dispose();
        Store.Dispose();
        await Lab.DisposeAsync();
    });

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
                    if (condition(found))
                        return true;
                    await Task.Delay(Pause, Cancel);
                    return false;
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

    /// <summary>kill -9 of a host's engine; who carries the step out finds it gone.</summary>
    /// <returns>The engine's program.</returns>
    public static async Task<string> KillEngineAsync(LabHost host) =>
        (await host.ExecAsync(["sh", "-c", "pid=$(cat /var/run/docker.pid) && readlink /proc/$pid/exe && kill -9 $pid && for i in $(seq 100); do readlink /proc/$pid/exe >/dev/null || exit 0; sleep 0.05; done"], Cancel)).Output.Trim();

    /// <summary>The control node that leads.</summary>
    public Task<LabNode> LeaderAsync() =>
        new LabLeader(Lab.PlainNodes, node => control.TryGetValue(node.Name, out var process) && process.IsRunning, http, HttpPort).FindAsync(Cancel);

    public Task KillControlAsync(LabNode node) => control[node.Name].KillAsync(Cancel);

    public async Task StartControlAsync(LabNode node) => control[node.Name] = await node.StartAsync(
        "control",
        [
            LabFixture.BridgeCommand, "serve", "--roles", "control", "--data", $"{node.Folder}/control", "--http", $"{node.Address}:{HttpPort}",
            "--raft", $"{node.Address}:{RaftPort}", "--bootstrap", string.Join(',', Lab.PlainNodes.Select(static one => $"{one.Address}:{RaftPort}")),
            "--node-name", node.Name, "--allow-remote-without-token", "--verbose",
        ],
        Cancel);

    public Task KillAgentAsync(LabHost host) => agents[host.Name].KillAsync(Cancel);

    public bool AgentRuns(LabHost host) => agents[host.Name].IsRunning;

    /// <summary>Without waiting for it: its host may have no engine at the moment.</summary>
    public async Task StartAgentAgainAsync(LabHost host) => agents[host.Name] = await host.StartAsync("agent", AgentCommand(host), Cancel);

    public async Task StopAllControlAsync()
    {
        foreach (var node in control.Values.Where(static node => node.IsRunning))
            await node.KillAsync(Cancel);
    }

    /// <summary>What must not change when a host goes over or back.</summary>
    public async Task<string> IdentitiesAsync() => string.Join('\n', await Task.WhenAll(Containers.Select(CutoverLab.IdentityAsync)));

    /// <summary>How long db is away, seen from h2, when its engine is stopped and started as it is: what a conversion is measured by.</summary>
    public async Task<TimeSpan> PlainRestartAsync()
    {
        var (host, asker) = (Lab.LegacyHosts[0], Lab.LegacyHosts[1]);
        var probe = new ProbeTaskRecord("plain-restart", "plain-restart", 1, "web-2", new ProbeTarget.Http(new Uri("http://db/")), 50, 1000);
        await Store.PutAsync(BridgeKeys.Probe(asker.Name, probe.Probe), BridgeRecords.Encode(probe), default, Cancel);
        await SucceedsAsync(asker, probe, static report => report.SuccessesInARow > 5);
        await CutoverLab.RestartEngineAsync(host);
        var report = await SucceedsAsync(asker, probe, static report => report is { Failures: > 0, SuccessesInARow: > 20 });
        await Store.DeleteAsync(BridgeKeys.Probe(asker.Name, probe.Probe), null, Cancel);
        return TimeSpan.FromMilliseconds(report.LongestOutageMilliseconds);
    }

    private async Task<ProbeReport> SucceedsAsync(LabHost asker, ProbeTaskRecord probe, Func<ProbeReport, bool> condition)
    {
        ProbeReport? report = null;
        await Wait.UntilAsync(
            async () => (report = await TryRecordAsync<ProbeReport>(BridgeKeys.ProbeReport(asker.Name, probe.Probe))) is not null && condition(report), Limit, $"the probe {probe.Probe}", Cancel);
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

    private ImmutableArray<string> AgentCommand(LabHost host) =>
    [
        LabFixture.BridgeCommand, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", Bridge, "--host-name", host.Name, "--vtep", $"{host.Address}",
        "--engine-control", host.EngineControl,
    ];

    private async Task StartAgentAsync(LabHost host)
    {
        agents[host.Name] = await host.StartAsync("agent", AgentCommand(host), Cancel);
        await Wait.UntilAsync(
            async () => await TryRecordAsync<HostRecord>(BridgeKeys.Host(host.Name)) is { Engine: EngineState.Up, State: HostState.Up }, Limit, $"the agent of {host.Name}", Cancel);
    }

    private async Task StartAppAsync()
    {
        var (first, second, third) = (Lab.LegacyHosts[0], Lab.LegacyHosts[1], Lab.LegacyHosts[2]);
        await first.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.77.0.0/24", Network], Cancel);
        Containers =
        [
            await UpAsync(first, "db", "db"), await UpAsync(first, "web", "web-1"), await UpAsync(second, "web", "web-2"), await UpAsync(second, "worker", "worker-1"),
            await UpAsync(third, "web", "web-3"), await UpAsync(third, "worker", "worker-2"),
        ];
    }

    private static async Task<LabContainer> UpAsync(LabHost host, string service, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, name)).FullName;
        var file = Path.Combine(folder, "docker-compose.yml");
        await File.WriteAllTextAsync(file, ComposeFile.Replace("@SERVICE@", service, StringComparison.Ordinal).Replace("@NAME@", name, StringComparison.Ordinal), Cancel);
        await host.ComposeAsync(file, ["--project-name", "shop", "up", "--detach", service], Cancel);
        return Assert.Single(await host.ContainersAsync($"com.docker.compose.service={service}", Cancel));
    }

    private async Task TakeOverAsync()
    {
        await RunAsync("takeover", "prepare", Lab.Consul!.State, "--to", Bridge);
        await RunAsync("takeover", "commit", "--store", Bridge, "--wait", "120");
    }
}
