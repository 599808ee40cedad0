using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>The whole step with both agents: two engines in memory, and a recorded legacy store.</summary>
public sealed class MoveContainerTests : IAsyncDisposable
{
    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly MovableEngine.Fleet fleet = new();
    private readonly MovableEngine source;
    private readonly MovableEngine target;
    private readonly AgentTools tools;

    public MoveContainerTests()
    {
        source = new MovableEngine(fleet, "h1", "20.10.5", "inactive");
        target = new MovableEngine(fleet, "h4", "20.10.24", "active");
        using var export = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("consul-healthy/kv-export.json")));
        foreach (var entry in export.RootElement.EnumerateArray())
            store.Set(entry.GetProperty("key").GetString()!, entry.GetProperty("value").GetBytesFromBase64());
        var network = IPNetwork.Parse("10.77.0.0/24");
        store.Set(BridgeKeys.Exposure(Sample.NetworkId), BridgeRecords.Encode(new ExposureRecord(
            Sample.Network, Sample.NetworkId, "swarm1", network, null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Active, default)));
        store.Set(BridgeKeys.Host("h4"), BridgeRecords.Encode(new HostRecord(
            "h4", "e4", "20.10.24", IPAddress.Parse("172.31.0.4"), new HostSwarm("n4", "active", false), HostState.Up, EngineState.Up, default, "1")));
        StoredRun.Write(store, StoredRun.Plan);
        tools = Tools("h1", "172.31.0.1", source);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => background.DisposeAsync();

    [Fact]
    public async Task There_and_back_everything_is_kept_the_dry_run_said_so_and_no_reader_of_the_store_sees_a_secret()
    {
        AddToSource(Sample.Container());
        StartDesk();
        var before = Keys();

        var planned = await RunAsync(dryRun: true);
        Assert.Equal(before, Keys());
        var moved = await RunAsync();

        Assert.Equal(planned, moved);
        Assert.Empty(await RunAsync());
        var there = target["db"];
        Assert.Equal(("running", Sample.Address), (there.State, there.Places[Sample.Network].Address));
        Assert.Equal(["database"], there.Places[Sample.Network].Aliases);
        Assert.Equal(
            """{"NetworkMode":"legacy1","RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5},"Memory":1048576,"IpcMode":"private"}""",
            there.Paper["HostConfig"]!.ToJsonString());
        Assert.Equal($"PASSWORD={Sample.Secret}", there.Paper["Config"]!["Env"]![0]!.GetValue<string>());
        Assert.Null(there.Paper["Config"]!["Hostname"]);
        Assert.Equal(["db", "holder-legacy1"], target.Names);
        Assert.Equal(("exited", "no"), (source["db"].State, RestartOf(source["db"])));
        Assert.Single(Keys().Except(before), static key => key.StartsWith("docker/network/v1.0/endpoint/", StringComparison.Ordinal));
        Assert.DoesNotContain(store.Keys, key => store[key]?.Contains("battery", StringComparison.Ordinal) == true);

        var counted = store.WriteCount;
        Assert.Equal(await RunAsync(undo: true, dryRun: true), await RunAsync(undo: true));
        Assert.True(store.Writes.Skip(counted).Count(static write => write.StartsWith("put docker/network/v1.0/endpoint_count/", StringComparison.Ordinal)) >= 3, "the count and, twice, its bytes");

        Assert.Equal(("running", "on-failure"), (source["db"].State, RestartOf(source["db"])));
        Assert.Equal(Sample.Address, source["db"].Places[Sample.Network].Address);
        Assert.Empty(target.Names);
        Assert.Equal(before, Keys());
        Assert.Empty(await RunAsync(undo: true));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_count_that_a_kill_between_record_and_count_left_off_by_one_is_put_right_at_the_end(bool undo)
    {
        AddToSource(Sample.Container());
        StartDesk();
        if (undo)
            await RunAsync();
        var key = store.Keys.Single(static key => key.StartsWith($"docker/network/v1.0/endpoint_count/{Sample.NetworkId}", StringComparison.Ordinal));
        store.Set(key, Encoding.UTF8.GetBytes($"{{\"Count\":{Counted(key) + 1}}}"));
        var changes = await RunAsync(undo);
        Assert.Contains(changes, static change => change.StartsWith($"Set {Sample.Network}'s count of endpoints", StringComparison.Ordinal));
        Assert.Equal(store.Keys.Count(static key => key.StartsWith($"docker/network/v1.0/endpoint/{Sample.NetworkId}/", StringComparison.Ordinal) && key.Length > 110), Counted(key));
        Assert.Empty(await RunAsync(undo));

        int Counted(string of) => JsonDocument.Parse(store[of]!).RootElement.GetProperty("Count").GetInt32();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task An_engine_that_is_being_started_anew_is_waited_for(bool undo)
    {
        AddToSource(Sample.Container());
        StartDesk();
        if (undo)
            await RunAsync();
        var left = 5; // more often than one that does not tell
        source.BeforeLook = () =>
        {
            if (left-- > 0)
                throw new EngineException("Cannot inspect it.", "Connection refused", "Start it.", null, new SocketException((int)SocketError.ConnectionRefused));
        };
        await RunAsync(undo);
        Assert.True(left < 0);
        Assert.Equal(undo ? "running" : "exited", source["db"].State);
    }

    [Fact]
    public async Task Whichever_change_fails_the_step_goes_on_from_there_and_back_and_never_do_two_run_at_once()
    {
        StartDesk();
        for (var failing = 1; ; failing++)
        {
            var container = Sample.Container();
            AddToSource(container);
            var left = failing;
            source.BeforeChange = what => Break(new OperationCanceledException(what)); // the agent is killed
            target.BeforeChange = what => Break(new EngineException($"Cannot {what}.", "It hangs.", "See the engine's log."));
            await UntilDoneAsync(undo: false);
            Assert.Equal(("running", "exited"), (target["db"].State, source["db"].State));
            await UntilDoneAsync(undo: true);
            Assert.Equal("running", source["db"].State);
            Assert.Empty(target.Names);
            var isPast = left > 0;
            source.BeforeChange = static _ => { };
            await source.RemoveAsync("db", Cancel);
            if (isPast)
            {
                Assert.InRange(failing, 9, 40);
                return;
            }

            void Break(Exception fault)
            {
                if (--left == 0)
                    throw fault;
            }
        }
    }

    [Fact]
    public async Task What_was_written_at_the_new_place_stays_there_under_another_name()
    {
        AddToSource(Sample.Container());
        StartDesk();
        await RunAsync();
        target.Written["db"] = [new("/data", LayerChangeKind.Changed), new("/data/new", LayerChangeKind.Added)];

        var changes = await RunAsync(undo: true);

        var kept = Assert.Single(target.Names);
        Assert.StartsWith("db.", kept, StringComparison.Ordinal);
        Assert.Equal(("exited", "no"), (target[kept].State, RestartOf(target[kept])));
        Assert.Contains(changes, change => change.Contains(kept, StringComparison.Ordinal));
        Assert.Equal("running", source["db"].State);
    }

    [Fact]
    public async Task A_target_that_has_no_image_or_another_container_of_that_name_refuses_before_anything_is_changed()
    {
        AddToSource(Sample.Container());
        target.Images.Clear();
        target.Add(new MovableEngine.Container(new string('f', 64), "db", []));
        StartDesk();
        var before = Keys();

        var refused = await Assert.ThrowsAsync<StepException>(() => RunAsync());

        Assert.Contains("is not on h4", refused.Message, StringComparison.Ordinal);
        Assert.Contains("docker save", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains("h4 has another container called db", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Keys());
        Assert.Equal("running", source["db"].State);
    }

    [Fact]
    public async Task A_dry_run_does_without_what_an_earlier_step_of_the_plan_brings_about()
    {
        AddToSource(Sample.Container());
        StartDesk();
        store.Remove(BridgeKeys.Exposure(Sample.NetworkId));

        Assert.NotEmpty(await RunAsync(dryRun: true));
        Assert.Contains("is not exposed", (await Assert.ThrowsAsync<StepException>(() => RunAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_told()
    {
        StartDesk();
        Assert.Contains("no container db", (await Assert.ThrowsAsync<StepException>(() => RunAsync())).Message, StringComparison.Ordinal);
    }

    private void AddToSource(MovableEngine.Container container)
    {
        source.Add(container);
        fleet.Live.Add(Sample.Address);
    }

    /// <summary>The step as one attempt; its changes.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(bool undo = false, bool dryRun = false)
    {
        var step = Assert.Single(PlanSteps.Of(StoredRun.Plan), static step => step.Kind == StepKind.MoveContainer);
        var content = StepContent.Of(StoredRun.Plan, step);
        if (!dryRun)
            StoredRun.Ask(store, undo);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, undo, dryRun, content.ToText(), 60, default), content, [], static _ => { });
        await new MoveContainerStep(tools).RunAsync(run, Cancel);
        return run.Changes;
    }

    private async Task UntilDoneAsync(bool undo)
    {
        for (var tries = 0; ; tries++)
            try
            {
                await RunAsync(undo);
                return;
            }
            catch (Exception e) when (e is OperationCanceledException or StepException && tries < 3)
            {
                Cancel.ThrowIfCancellationRequested();
            }
    }

    private ImmutableArray<string> Keys() =>
        [.. store.Keys.Where(static key => !key.Contains("/move", StringComparison.Ordinal) && !key.StartsWith(BridgeKeys.Runs, StringComparison.Ordinal))];

    private static string RestartOf(MovableEngine.Container container) => new MovePaper((JsonObject)container.Paper).Restart.Policy;

    private AgentTools Tools(string host, string address, MovableEngine engine) => new(
        new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), new AgentOptions(host, IPAddress.Parse(address), "", "", "test"), TimeProvider.System, NullLogger.Instance);

    private void StartDesk() => RunningDesk.Start(Tools("h4", "172.31.0.4", target), store, background);
}
