using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Plans;
using OverlayBridge.Terminal;
using OverlayBridge.Tests.Serve;

namespace OverlayBridge.Tests.Migrate;

/// <summary>Runs by the real commands and a real control node; the agents are stand-ins that follow the protocol. Real engines: tests/OverlayBridge.LabTests.</summary>
public sealed class MigrateTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, FakeHost> _hosts = [];
    private ServeProcess _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Store => ["--store", $"bridge://{_node.Address.Authority}"];

    /// <summary>The network is one of the recorded store's, and so are the addresses of the hosts.</summary>
    private static MigrationPlan Plan { get; } = new(
        "shop", new PlanOrigin("bridge://127.0.0.1:8500", 100, new DateTimeOffset(2026, 11, 27, 20, 0, 0, TimeSpan.Zero)), "m", new PlanLimits(new Allowance(1, null), 2),
        [new PlanNetwork("legacy1", "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44", IPNetwork.Parse("10.77.0.0/24"))],
        [Host(1), Host(2)],
        [new ReplicaSet("web", ["h1/web-1", "h2/web-2"], null)], PlanConstraints.None,
        [
            new("prepare", StageKind.Prepare, [], [], null),
            new("canary", StageKind.Hosts, ["h1"], [new Gate.Replicas("all-up", []), new Gate.Approval("looked-at")], null),
            new("rest", StageKind.Hosts, ["h2"], [new Gate.Replicas("all-up", [])], null),
            new("retire", StageKind.Retire, [], [], null),
        ], []);

    private static PlanHost Host(int number) => new(
        $"h{number}", IPAddress.Parse($"172.31.0.{number}"), HostStrategy.ConvertHost, "20.10.5", null,
        [
            new PlanContainer(
                new string((char)('a' + number), 64), $"web-{number}", true, "web", null,
                [new PlanAttachment("legacy1", IPAddress.Parse($"10.77.0.{number + 1}"), new PhysicalAddress([2, 66, 10, 77, 0, (byte)(number + 1)]), ["web"])]),
        ]);

    public async ValueTask InitializeAsync()
    {
        _node = await ServeProcess.StartAsync(_folder.File("data"), Token);
        var import = await CommandRun.RunAsync("import", TestFiles.Fixture("consul-healthy/kv-export.json"), "--to", Store[1]);
        Assert.True(import.ExitCode == ExitCode.Success, import.Error);
        foreach (var host in Plan.Hosts)
            _hosts[host.Name] = new FakeHost(_node.Address, Record(host.Name, host.Vtep, new HostSwarm("", "inactive", false)), host);
        _hosts["m"] = new FakeHost(_node.Address, Record("m", IPAddress.Parse("172.31.0.3"), new HostSwarm("n1", "active", true)), null);
        await File.WriteAllTextAsync(File_, PlanWriter.Write(Plan, [], null), Token);
        await UntilAsync(async () => (await JsonAsync("status")).RootElement.GetProperty("run").ValueKind == JsonValueKind.Null && _hosts.Values.All(static host => host.IsThere));
    }

    private string File_ => _folder.File("plan.yaml");

    private static HostRecord Record(string name, IPAddress vtep, HostSwarm swarm) =>
        new(name, $"e-{name}", "20.10.5", vtep, swarm, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "1");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            await host.DisposeAsync();
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dry_run_asks_every_host_prints_every_change_in_order_and_leaves_nothing()
    {
        var run = await MigrateAsync("start", File_, "--dry-run");
        Assert.True(run.ExitCode == ExitCode.Differences, run.Output + run.Error);
        var order = new[] { "would change something for check-store.h1", "would change something for expose-network.legacy1", "would change something for convert-host.h1", "clean-records.h1 (from the plan alone)", "would change something for convert-host.h2", "retire.m" }
            .Select(text => run.Output.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
        Assert.Empty(_hosts.Values.SelectMany(static host => host.Done));
        Assert.DoesNotContain("/tasks/", await _node.Client.GetStringAsync("/v1/kv/overlaybridge/?keys", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _node.Client.GetAsync(new Uri("/v1/kv/overlaybridge/v1/migration?recurse", UriKind.Relative), Token)).StatusCode);
    }

    [Fact]
    public async Task A_plan_that_moves_a_container_asks_its_host_for_that_before_it_is_converted()
    {
        var moving = Plan with
        {
            SwarmHosts = ["m"],
            Hosts = [Plan.Hosts[0] with { Strategy = HostStrategy.MoveContainer, Containers = [Plan.Hosts[0].Containers[0] with { MoveTo = "m" }] }, Plan.Hosts[1]],
        };
        await File.WriteAllTextAsync(File_, PlanWriter.Write(moving, [], null), Token);
        await StartAsync();
        await WaitsAsync("migrate approve canary");
        Assert.Equal(["check-store.h1 1", "move-container.h1.web-1 1", "convert-host.h1 1", "clean-records.h1 1"], _hosts["h1"].Done);
    }

    [Fact]
    public async Task A_run_waits_for_approval_goes_on_is_paused_by_a_failure_and_resumed_and_ends_with_the_plans_name()
    {
        _hosts["h2"].Fails = "convert-host.h2";
        await StartAsync();
        await WaitsAsync("migrate approve canary");
        Assert.Equal(ExitCode.Error, (await MigrateAsync("start", File_)).ExitCode); // one run at a time
        Assert.Equal(ExitCode.Success, (await MigrateAsync("approve", "canary")).ExitCode);
        await StateAsync("paused");
        var status = await MigrateAsync("status");
        Assert.Contains("convert-host.h2 on h2 failed: the disk is full", status.Output, StringComparison.Ordinal);
        Assert.Contains("Make room. Then 'migrate resume' tries again", status.Output.ReplaceLineEndings(" ").Replace("    ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        _hosts["h2"].Fails = "";
        Assert.Equal(ExitCode.Success, (await MigrateAsync("resume")).ExitCode);
        await WaitsForNoteAsync("one-way");
        Assert.Equal(ExitCode.Error, (await MigrateAsync("retire", "shopp", "--archive", _folder.File("a.json"))).ExitCode);
        Assert.False(File.Exists(_folder.File("a.json")));
        var retire = await MigrateAsync("retire", "shop", "--archive", _folder.File("a.json"));
        Assert.True(retire.ExitCode == ExitCode.Success, retire.Error);
        await StateAsync("retired");
        Assert.Contains("overlaybridge/v1/migration", await File.ReadAllTextAsync(_folder.File("a.json"), Token), StringComparison.Ordinal);
        Assert.Equal(["check-store.h2 1", "convert-host.h2 1", "convert-host.h2 2", "clean-records.h2 1", "retire.h2 1"], _hosts["h2"].Done);
        Assert.Equal(ExitCode.Error, (await MigrateAsync("rollback")).ExitCode);
    }

    [Fact]
    public async Task A_rollback_to_a_stage_leaves_that_and_one_without_a_stage_leaves_nothing()
    {
        await StartAsync();
        await WaitsAsync("migrate approve canary");
        await MigrateAsync("approve", "canary");
        await WaitsForNoteAsync("one-way");
        Assert.Equal(ExitCode.Success, (await MigrateAsync("rollback", "--to", "canary")).ExitCode);
        await WaitsForNoteAsync("Rolled back to stage canary");
        Assert.Equal(["clean-records.h2 2 undo", "convert-host.h2 2 undo"], _hosts["h2"].Done[^2..]);
        Assert.DoesNotContain(_hosts["h1"].Done, static done => done.EndsWith("undo", StringComparison.Ordinal));
        await MigrateAsync("rollback");
        await StateAsync("rolled-back");
        Assert.Equal(["clean-records.h1 2 undo", "convert-host.h1 2 undo"], _hosts["h1"].Done[^2..]);
        Assert.Equal("expose-network.legacy1 2 undo", _hosts["m"].Done[^1]);
        var again = await MigrateAsync("start", File_);
        Assert.True(again.ExitCode == ExitCode.Success, again.Error);
    }

    [Fact]
    public async Task A_control_node_that_is_killed_goes_on_where_it_was_when_it_is_started_again()
    {
        await StartAsync();
        await WaitsAsync("migrate approve canary");
        var (http, raft) = (_node.Address.Authority, _node.Raft);
        await _node.KillAsync();
        await _node.DisposeAsync();
        _node = await ServeProcess.StartAsync(_folder.File("data"), http, raft, Token);
        await MigrateAsync("approve", "canary");
        await WaitsForNoteAsync("one-way");
        using var status = await JsonAsync("status");
        Assert.Contains(status.RootElement.GetProperty("events").EnumerateArray(), static one => one.GetProperty("kind").GetString() == "executor");
        Assert.Equal(["check-store.h1 1", "convert-host.h1 1", "clean-records.h1 1"], _hosts["h1"].Done);
    }

    [Fact]
    public async Task A_plan_whose_world_has_changed_is_refused_with_what_is_different()
    {
        await File.WriteAllTextAsync(File_, PlanWriter.Write(Plan with { Networks = [Plan.Networks[0] with { Id = new string('0', 64) }] }, [], null), Token);
        var run = await MigrateAsync("start", File_);
        Assert.Equal(ExitCode.Error, run.ExitCode);
        Assert.Contains("does not fit the world as it is now", run.Error, StringComparison.Ordinal);
        Assert.Contains("The network 'legacy1' is another one", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_about_a_run_that_is_none_or_a_stage_that_is_none_say_so()
    {
        Assert.Contains("No plan is carried out.", (await MigrateAsync("pause")).Error, StringComparison.Ordinal);
        await StartAsync();
        Assert.Contains("has no stage 'x'", (await MigrateAsync("approve", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("is neither a step nor a gate", (await MigrateAsync("skip", "x", "--reason", "y")).Error, StringComparison.Ordinal);
        Assert.Contains("Stage rest is not done", (await MigrateAsync("rollback", "--to", "rest")).Error, StringComparison.Ordinal);
        Assert.Contains("too early", (await MigrateAsync("retire", "shop", "--archive", _folder.File("a.json"))).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await MigrateAsync("pause")).ExitCode);
    }

    [Fact]
    public async Task A_simulation_plays_every_fault_and_a_chosen_one()
    {
        var all = await CommandRun.RunAsync("plan", "simulate", File_, "-o", "json");
        Assert.True(all.ExitCode == ExitCode.Success, all.Output + all.Error);
        using var document = JsonDocument.Parse(all.Output);
        Assert.Equal(("retired", 0), (document.RootElement.GetProperty("state").GetString(), document.RootElement.GetProperty("dangers").GetInt32()));
        var one = await CommandRun.RunAsync("plan", "simulate", File_, "--fail", "h2:convert-host.h2");
        Assert.Contains("3 faults were played", one.Output, StringComparison.Ordinal);
        Assert.Contains("is no step of plan shop", (await CommandRun.RunAsync("plan", "simulate", File_, "--fail", "h9:x")).Error, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        var run = await MigrateAsync("start", File_);
        Assert.True(run.ExitCode == ExitCode.Success, run.Output + run.Error);
    }

    private Task<CommandResult> MigrateAsync(params string[] arguments) => CommandRun.RunAsync(["migrate", .. arguments, .. Store]);

    private async Task<JsonDocument> JsonAsync(string command)
    {
        var run = await MigrateAsync(command, "-o", "json");
        return run.ExitCode == ExitCode.Success ? JsonDocument.Parse(run.Output) : throw new InvalidOperationException(run.Error);
    }

    private Task StateAsync(string state) => UntilAsync(async () => (await JsonAsync("status")).RootElement.GetProperty("run").GetProperty("state").GetString() == state);

    private Task WaitsAsync(string text) => UntilAsync(async () => (await MigrateAsync("status", "-o", "json")).Output.Contains(text, StringComparison.Ordinal));

    private Task WaitsForNoteAsync(string text) =>
        UntilAsync(async () => (await JsonAsync("status")).RootElement.GetProperty("run").GetProperty("note").GetString()!.Contains(text, StringComparison.Ordinal));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
            await Task.Delay(50, limit.Token);
    }
}
