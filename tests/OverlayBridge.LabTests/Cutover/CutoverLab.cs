using System.Collections.Concurrent;
using System.Net;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// A lab for steps of a cutover: legacy hosts h1 and h2, a swarm manager h3, a control node that took their store over, an agent on each, and an app by
/// Compose on an exposed network: db on h1, web on h2. Tests leave it as they found it. The test plays the executor.
/// </summary>
public sealed class CutoverLab : IAsyncLifetime
{
    public const string Network = "appnet";

    private const string Run = "run-1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan NamesVanish = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, NodeProcess> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> attempts = [];
    private RunningLab? lab;
    private BridgeLab? bridge;
    private ConsulClient? store;

    internal RunningLab Lab => lab!;

    internal IConsulClient Store => store!;

    internal LabHost Manager => Lab.SwarmHosts[0];

    internal LabContainer Db { get; private set; } = null!;

    internal LabContainer Web { get; private set; } = null!;

    internal string NetworkId { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"cutover-{Environment.ProcessId}", Swarm = 1, KeepLogsIn = $"{LabFixture.LogFolder}-cutover" }, Cancel);
        bridge = new BridgeLab(lab, "cutover");
        store = new ConsulClient(new(bridge.Bridge, StateUri.Parse(bridge.Bridge).Servers)
        {
            Connect = async (server, token) => await lab.Kv.ConnectAsync(server, token),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AnswerTimeout = TimeSpan.FromSeconds(30),
        });
        await Task.WhenAll(bridge.StartControlAsync(), StartAppAsync());
        await Task.WhenAll(lab.Hosts.Select(StartAgentAsync));
        await TakeOverAsync();
        await DoneAsync(Manager, StepKind.ExposeNetwork);
    }

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        if (lab is not null)
            await lab.DisposeAsync();
    }

    internal async Task StartAgentAsync(LabHost host)
    {
        agents[host.Name] = await host.StartAsync(
            "agent",
            [
                LabFixture.BridgeCommand, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", bridge!.Bridge, "--host-name", host.Name,
                "--vtep", $"{host.Address}", "--engine-control", host.EngineControl,
            ],
            Cancel);
        await Wait.UntilAsync(
            async () => await TryRecordAsync<HostRecord>(BridgeKeys.Host(host.Name)) is { Engine: EngineState.Up, State: HostState.Up }, Limit, $"the agent of {host.Name}", Cancel);
    }

    /// <summary>Stops a legacy engine and starts it as it is.</summary>
    internal static async Task RestartEngineAsync(LabHost host)
    {
        foreach (var script in (string[])["engine-stop", "engine-start"])
            (await host.ExecAsync(["sh", Path.Combine(host.Folder, script)], Cancel)).Success();
    }

    internal bool AgentRuns(LabHost host) => agents[host.Name].IsRunning;

    /// <summary>No control node and no Consul any more.</summary>
    internal async Task StopStoresAsync()
    {
        await bridge!.KillAsync(Lab.Kv, "control");
        await Lab.Consul!.KillAsync(Cancel);
    }

    internal Task KillAgentAsync(LabHost host) => agents[host.Name].KillAsync(Cancel);

    /// <summary>Without waiting for it: its host may have no engine at the moment.</summary>
    internal async Task StartAgentAgainAsync(LabHost host) => agents[host.Name] = await host.StartAsync(
        "agent",
        [
            LabFixture.BridgeCommand, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", bridge!.Bridge, "--host-name", host.Name,
            "--vtep", $"{host.Address}", "--engine-control", host.EngineControl,
        ],
        Cancel);

    /// <summary>Asks for a step; gives the number of the attempt.</summary>
    internal async Task<(string Step, int Attempt)> AskAsync(
        LabHost host, StepKind kind, bool undo = false, bool dryRun = false, string? upgradeTo = null, int timeout = 300)
    {
        var step = new PlanStep(
            $"{PlanSteps.Word(kind)}.{(kind is StepKind.ExposeNetwork or StepKind.Unexpose ? Network : host.Name)}", kind, "stage", host.Name, Network, null, TimeSpan.FromSeconds(timeout));
        return await AskAsync(host, ContentOf(step, new PlanHost(host.Name, host.Address, HostStrategy.ConvertHost, EngineRelease.Legacy.Version, upgradeTo, [])), undo, dryRun);
    }

    internal StepContent ContentOf(PlanStep step, PlanHost host) =>
        new(step, "plan", Manager.Name, [new PlanNetwork(Network, NetworkId, IPNetwork.Parse("10.77.0.0/24"))], host, []);

    /// <inheritdoc cref="AskAsync(LabHost, StepKind, bool, bool, string?, int)"/>
    internal async Task<(string Step, int Attempt)> AskAsync(LabHost host, StepContent content, bool undo = false, bool dryRun = false)
    {
        var step = content.Step;
        var attempt = attempts[step.Id] = attempts.GetValueOrDefault(step.Id) + 1;
        if (step.Kind == StepKind.MoveContainer && !dryRun)
            await WriteMoveAsync(content, undo, attempt);
        var task = new HostTaskRecord(Run, step.Id, attempt, undo, dryRun, content.ToText(), (int)step.Timeout.TotalSeconds, TimeProvider.System.GetUtcNow());
        Assert.True(await Store.PutAsync(BridgeKeys.HostTask(host.Name, step.Id), BridgeRecords.Encode(task), default, Cancel));
        return (step.Id, attempt);
    }

    /// <summary>A paused run in which the step is under way: a move's target believes nothing else.</summary>
    private async Task WriteMoveAsync(StepContent content, bool undo, int attempt)
    {
        var now = TimeProvider.System.GetUtcNow();
        var plan = new MigrationPlan(
            content.Plan, new PlanOrigin("bridge", 1, now), content.Manager, new PlanLimits(new Allowance(1, null), 1), content.Networks, [content.Host!], [], PlanConstraints.None,
            [new PlanStage(content.Step.Stage, StageKind.Hosts, [content.Host!.Name], [], null)], []);
        var stored = StoredPlan.Of(plan);
        for (var chunk = 0; chunk < stored.Chunks.Length; chunk++)
            Assert.True(await Store.PutAsync(BridgeKeys.RunPlan(Run, chunk), stored.Chunks[chunk], default, Cancel));
        var entry = new StepRecord(Run, content.Step.Id, StepState.Asked, undo, attempt, 0, now, null, [], "", "");
        Assert.True(await Store.PutAsync(BridgeKeys.RunStep(Run, content.Step.Id), BridgeRecords.Encode(entry), default, Cancel));
        var run = new RunRecord(Run, plan.Name, stored.Digest, stored.Chunks.Length, RunState.Paused, now, "", "", "lab", now);
        Assert.True(await Store.PutAsync(BridgeKeys.Migration, BridgeRecords.Encode(run), default, Cancel));
    }

    internal async Task<HostTaskReport> EndAsync(LabHost host, (string Step, int Attempt) asked)
    {
        HostTaskReport? report = null;
        await Wait.UntilAsync(
            async () => (report = await ReportAsync(host, asked)) is { State: HostTaskState.Done or HostTaskState.Failed }, Limit, $"the end of {asked.Step} on {host.Name} ({report?.Activity})", Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine($"{asked.Step} attempt {asked.Attempt}: {report!.State} {report.Cause}\n  {string.Join("\n  ", report.Changes)}");
        return report!;
    }

    /// <summary>The report about an attempt; null while there is none.</summary>
    internal async Task<HostTaskReport?> ReportAsync(LabHost host, (string Step, int Attempt) asked) =>
        await TryRecordAsync<HostTaskReport>(BridgeKeys.HostTaskReport(host.Name, asked.Step)) is { } report && report.Attempt == asked.Attempt ? report : null;

    /// <summary>Asks for a step and waits until it is done.</summary>
    internal async Task<HostTaskReport> DoneAsync(LabHost host, StepKind kind, bool undo = false, bool dryRun = false, string? upgradeTo = null)
    {
        var report = await EndAsync(host, await AskAsync(host, kind, undo, dryRun, upgradeTo));
        Assert.True(report.State == HostTaskState.Done, $"{report.Cause} {report.Remedy}");
        return report;
    }

    /// <summary>Null when the key is not there.</summary>
    internal async Task<T?> TryRecordAsync<T>(string key)
        where T : class, IBridgeRecord<T>
    {
        try
        {
            return (await Store.GetAsync(key, new ReadOptions(Consistency.Consistent), Cancel)).Value is { } entry ? BridgeRecords.Decode<T>(key, entry.Value.AsSpan()) : null;
        }
        catch (SourceException)
        {
            return null; // slow on a busy machine: asked again
        }
    }

    /// <summary>What must not change when a host goes over or back.</summary>
    internal static async Task<string> IdentityAsync(LabContainer container) => await container.Host.DockerAsync(
        ["inspect", "--format", $$$"""{{.Id}} {{.State.Running}} {{with index .NetworkSettings.Networks "{{{Network}}}"}}{{.IPAddress}} {{.MacAddress}}{{end}}""", container.Name], Cancel);

    internal Task ReachesAsync(LabContainer from, string target, string answer) => ReachesAsync(from, target, answer, Lab.Hosts);

    /// <summary>
    /// Waits until one container reaches another, by name or address, and gets its answer. Where that takes long, a container comes and goes beside it, as on any network
    /// in use: engine 20.10.5 at random loses all remote names of a network until its next change (names vanish, docs/decisions/025).
    /// </summary>
    /// <param name="hosts">All on which the network may be: looked at where it stays silent.</param>
    internal static async Task ReachesAsync(LabContainer from, string target, string answer, IEnumerable<LabHost> hosts)
    {
        for (var change = 0; ; change++)
            try
            {
                await Wait.UntilAsync(
                    async () => (await from.ExecAsync(Cancel, "curl", "-sS", "--max-time", "2", $"http://{target}/")).Output.Trim() == answer,
                    change == 0 ? NamesVanish : Limit, $"{from.Name} reaching {target}", Cancel);
                return;
            }
            catch (LabException e)
            {
                var silence = await Silence.EvidenceAsync(from, target, Network, hosts);
                if (change > 0)
                    throw new LabException($"{from.Name} does not reach {target}.", silence, "Compare what the hosts have.", e);
                TestContext.Current.TestOutputHelper?.WriteLine($"{from.Name} does not reach {target} for {NamesVanish.TotalSeconds:0} s: a container comes and goes\n{silence}");
                await (await from.Host.RunAsync("passer-by", Network, Cancel)).RemoveAsync(Cancel);
            }
    }

    /// <summary>The command line at the control node.</summary>
    internal Task<ExecResult> CommandAsync(params IReadOnlyList<string> arguments) => BridgeLab.RunAsync(Lab.Kv, arguments);

    internal string Bridge => bridge!.Bridge;

    private async Task StartAppAsync()
    {
        var (first, second) = (Lab.LegacyHosts[0], Lab.LegacyHosts[1]);
        NetworkId = await first.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.77.0.0/24", Network], Cancel);
        Db = await UpAsync(first, "db");
        Web = await UpAsync(second, "web");
    }

    private static async Task<LabContainer> UpAsync(LabHost host, string service)
    {
        var file = Path.Combine(TestFiles.RepositoryRoot, "compose-samples", "shop", "before", "docker-compose.yml");
        await host.ComposeAsync(file, ["--project-name", "shop", "up", "--detach", service], Cancel);
        return Assert.Single(await host.ContainersAsync($"com.docker.compose.service={service}", Cancel));
    }

    private async Task TakeOverAsync()
    {
        var prepared = await CommandAsync("takeover", "prepare", Lab.Consul!.State, "--to", Bridge);
        Assert.True(prepared.ExitCode == 0, $"{prepared.Output}\n{prepared.Error}");
        var committed = await CommandAsync("takeover", "commit", "--store", Bridge);
        Assert.True(committed.ExitCode == 0, $"{committed.Output}\n{committed.Error}");
    }
}
