using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>Containers that an engine which was killed did not bring onto the swarm's network when it was started again.</summary>
public sealed class LeftDownTests : IDisposable
{
    private const string Words = "Start db: its engine did not bring it onto the swarm's network when it was started itself";

    private readonly MovableEngine engine = new(new MovableEngine.Fleet(), "e1", "20.10.5", "active");
    private readonly KeyStore store = new();

    public LeftDownTests() => store.Set(BridgeKeys.Exposure("legacy"), BridgeRecords.Encode(new ExposureRecord(
        Moving.Sample.Network, "legacy", "swarm", IPNetwork.Parse("10.77.0.0/24"), null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Finished, default)));

    public void Dispose() => store.Dispose();

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    public async Task What_the_engine_left_down_runs_and_the_swarm_knows_of_it_though_the_first_start_goes_without_asking(bool isNetworkHere, int hangs)
    {
        var db = Add("always", MovableEngine.Container.Hung, hangs);
        if (isNetworkHere)
            AddOther();

        Assert.Equal([Words], await StartAsync());

        Assert.Equal(("running", true), (db.State, db.IsKnownToSwarm));
    }

    [Theory]
    [InlineData("always", "")]
    [InlineData("unless-stopped", "")]
    [InlineData("always", "driver failed programming external connectivity: port is already allocated")]
    [InlineData("no", MovableEngine.Container.Hung)]
    [InlineData("on-failure", MovableEngine.Container.Hung)]
    public async Task What_people_stopped_what_fails_for_another_reason_and_what_no_engine_starts_by_itself_is_left_as_it_is(string policy, string error)
    {
        var db = Add(policy, error);

        Assert.Empty(await StartAsync());

        Assert.Equal("exited", db.State);
    }

    [Fact]
    public async Task What_is_on_none_of_the_bridges_networks_is_left_as_it_is()
    {
        var db = Add("always", MovableEngine.Container.Hung);
        db.Places.Add("others", db.Places[Moving.Sample.Network]);
        db.Places.Remove(Moving.Sample.Network);

        Assert.Empty(await StartAsync());

        Assert.Equal("exited", db.State);
    }

    [Fact]
    public async Task An_agent_that_was_killed_after_a_start_without_asking_starts_it_once_more()
    {
        var db = Add("always", MovableEngine.Container.Hung);
        AddOther();
        engine.BeforeChange = static change =>
        {
            if (change.StartsWith("stop", StringComparison.Ordinal))
                throw new KilledException();
        };
        var before = RetireRun.Of();
        await Assert.ThrowsAsync<KilledException>(() => StartAsync(before));
        Assert.Equal(("running", false), (db.State, db.IsKnownToSwarm));
        engine.BeforeChange = static _ => { };

        await StartAsync(RetireRun.Of(changes: before.Changes));

        Assert.Equal(("running", true), (db.State, db.IsKnownToSwarm));
    }

    [Fact]
    public async Task What_the_swarm_goes_on_refusing_is_told_in_the_engines_words()
    {
        Add("always", MovableEngine.Container.Hung, hangs: 100);

        var error = await Assert.ThrowsAsync<StepException>(() => StartAsync());

        Assert.Contains($"db does not run: {MovableEngine.Container.Hung}", error.Message, StringComparison.Ordinal);
        Assert.Contains("docker start db", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_engine_refuses_for_another_reason_is_not_tried_again()
    {
        Add("always", MovableEngine.Container.Hung);
        var tries = 0;
        engine.BeforeChange = change => throw new EngineException("Cannot start db.", $"no room for {change} {++tries}", "Make some.", 500);

        Assert.Contains("no room for start", (await Assert.ThrowsAsync<EngineException>(() => StartAsync())).Cause, StringComparison.Ordinal);

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task What_an_engine_leaves_down_that_is_killed_as_the_step_ends_is_started_too()
    {
        var db = Add("always", "");
        (db.State, var looks) = ("running", 0);
        engine.BeforeLook = () =>
        {
            if (++looks == 2)
                (db.State, db.StartError, db.HasUnansweredRequest) = ("exited", MovableEngine.Container.Hung, true);
        };

        Assert.Equal([Words], await StartAsync());

        Assert.Equal(("running", true), (db.State, db.IsKnownToSwarm));
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_start_and_starts_nothing()
    {
        var db = Add("always", MovableEngine.Container.Hung);

        Assert.Equal([Words], await StartAsync(RetireRun.Of(dryRun: true)));

        Assert.Equal("exited", db.State);
    }

    [Fact]
    public async Task A_holder_is_run_as_one_that_was_never_there()
    {
        await engine.RunAsync(Holder.For("appnet", "x86_64"), TestContext.Current.CancellationToken);
        var holder = engine["holder-appnet"];
        holder.Places[Moving.Sample.Network] = new(IPAddress.Parse("10.77.0.12"), []);
        (holder.State, holder.StartError) = ("exited", MovableEngine.Container.Hung);
        holder.Paper["HostConfig"] = new JsonObject { ["RestartPolicy"] = new JsonObject { ["Name"] = "always" } };
        var asked = new List<string>();
        engine.BeforeChange = change =>
        {
            asked.Add(change);
            holder.State = "running";
        };

        await StartAsync();

        Assert.Equal(["run holder-appnet"], asked);
    }

    private MovableEngine.Container Add(string policy, string error, int hangs = 0)
    {
        var container = Moving.Sample.Container(("RestartPolicy", new JsonObject { ["Name"] = policy }));
        (container.State, container.StartError, container.Hangs, container.HasUnansweredRequest) = ("exited", error, hangs, error == MovableEngine.Container.Hung);
        engine.Add(container);
        return container;
    }

    /// <summary>Another container here, by which the network is there.</summary>
    private void AddOther()
    {
        var other = new MovableEngine.Container(new string('e', 64), "web", []) { State = "running" };
        other.Places[Moving.Sample.Network] = new(IPAddress.Parse("10.77.0.11"), []);
        engine.Add(other);
    }

    private async Task<IReadOnlyList<string>> StartAsync(StepRun? given = null)
    {
        var run = given ?? RetireRun.Of();
        await using var background = new Background();
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", Path.GetTempPath(), "test");
        var tools = new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), options, background.Time, NullLogger.Instance);
        var starting = new LeftDown(tools).StartAsync(run, TestContext.Current.CancellationToken);
        await background.UntilAsync(() => starting.IsCompleted);
        await starting;
        return run.Changes;
    }

    private sealed class KilledException : Exception;
}
