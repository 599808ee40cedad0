using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

public sealed class RetireStepTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("retire-").FullName;
    private readonly KeyStore store = new();
    private readonly Background background = new();

    public async ValueTask DisposeAsync()
    {
        await background.DisposeAsync();
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_manager_takes_nodes_that_nobody_became_off_the_list_and_leaves_the_others(bool isManager, bool dryRun)
    {
        var engine = Engine(isManager);
        var longAgo = background.Time.GetUtcNow() - TimeSpan.FromMinutes(2);
        engine.Nodes.AddRange(
        [
            new SwarmNode("me", "e1", "ready", "10.0.0.9:2377", true, longAgo), new SwarmNode("nobody", "", "unknown", "", false, longAgo),
            new SwarmNode("joining", "", "unknown", "", false, background.Time.GetUtcNow()), new SwarmNode("down", "e2", "down", "", false, longAgo),
        ]);

        var changes = await RetireAsync(engine, dryRun);

        Assert.Equal(isManager ? ["Take node nobody off the swarm's list: nobody became it"] : [], changes);
        Assert.Equal(isManager && !dryRun ? ["me", "joining", "down"] : ["me", "nobody", "joining", "down"], engine.Nodes.Select(static node => node.Id));
    }

    [Fact]
    public async Task While_a_network_is_exposed_nothing_is_taken_away()
    {
        store.Set(BridgeKeys.Exposure(Sample.NetworkId), BridgeRecords.Encode(new ExposureRecord(
            Sample.Network, Sample.NetworkId, "swarm", IPNetwork.Parse("10.77.0.0/24"), null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Active, default)));
        store.Set(BridgeKeys.Conversion("h1"), BridgeRecords.Encode(new HostConversion("h1", "20.10.5", [], default)));

        var error = await Assert.ThrowsAsync<StepException>(() => RetireAsync(Engine(isManager: true), dryRun: false));

        Assert.Contains($"{Sample.Network} is still exposed", error.Message, StringComparison.Ordinal);
        Assert.NotNull(store[BridgeKeys.Conversion("h1")]);
    }

    [Fact]
    public async Task The_notes_of_the_conversion_are_removed_once_nothing_needs_the_bridge()
    {
        store.Set(BridgeKeys.Conversion("h1"), BridgeRecords.Encode(new HostConversion("h1", "20.10.5", [], default)));

        var changes = await RetireAsync(Engine(isManager: false), dryRun: false);

        Assert.Equal(["Remove the notes of the conversion: from here on there is no way back"], changes);
        Assert.Null(store[BridgeKeys.Conversion("h1")]);
    }

    [Theory]
    [InlineData("running", true, "127.0.0.1")]
    [InlineData("running", false, "127.0.0.1", "10.0.0.53")]
    [InlineData("running", false)]
    [InlineData("exited", false, "127.0.0.1")]
    public async Task While_a_running_container_asks_the_bridges_name_server_alone_nothing_is_taken_away(string state, bool isRefused, params string[] servers)
    {
        store.Set(BridgeKeys.Conversion("h1"), BridgeRecords.Encode(new HostConversion("h1", "20.10.5", [], default)));
        var engine = Engine(isManager: false);
        var container = Moving.Sample.Container(("Dns", new JsonArray([.. servers.Select(static server => JsonValue.Create(server))])));
        container.State = state;
        engine.Add(container);

        var error = await Record.ExceptionAsync(() => RetireAsync(engine, dryRun: false));

        Assert.Equal(isRefused ? $"{container.Name} asks the bridge's name server 127.0.0.1 alone, and would resolve no name outside of its networks." : null, (error as StepException)?.Message);
        Assert.Equal(isRefused, store[BridgeKeys.Conversion("h1")] is not null);
    }

    [Theory]
    [InlineData("""{"dns":["127.0.0.1"]}""", true)]
    [InlineData("""{"dns":["127.0.0.1","10.0.0.53"]}""", false)]
    [InlineData("""{"dns":[]}""", false)]
    public async Task An_engine_that_gives_containers_the_bridges_name_server_alone_is_refused(string daemonJson, bool isRefused)
    {
        await File.WriteAllTextAsync(DaemonJsonFile, daemonJson, TestContext.Current.CancellationToken);

        var error = await Record.ExceptionAsync(() => RetireAsync(Engine(isManager: false), dryRun: false));

        Assert.Equal(isRefused, error is StepException);
        Assert.Equal(isRefused, (await File.ReadAllTextAsync(DaemonJsonFile, TestContext.Current.CancellationToken)).Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("20.10.5+dfsg1", false, true)]
    [InlineData("26.1.5", false, false)]
    [InlineData("26.1.5", true, true)]
    public async Task A_holder_stays_where_the_engine_needs_it_and_nowhere_else(string version, bool dryRun, bool stays)
    {
        var engine = Engine(isManager: false, version);
        await engine.RunAsync(Holder.For("appnet", "x86_64"), TestContext.Current.CancellationToken);
        engine.Add(Moving.Sample.Container());

        var changes = await RetireAsync(engine, dryRun);

        Assert.Equal(version[0] == '2' && version[1] == '6' ? ["Remove holder-appnet: engine 26.1.5 keeps networks without it"] : [], changes);
        Assert.Equal(stays ? ["db", "holder-appnet"] : ["db"], engine.Names);
    }

    private string DaemonJsonFile => Path.Combine(folder, "daemon.json");

    private static MovableEngine Engine(bool isManager, string version = "26.1.5") => new(new MovableEngine.Fleet(), "e1", version, "active") { IsManager = isManager };

    private async Task<IReadOnlyList<string>> RetireAsync(MovableEngine engine, bool dryRun)
    {
        var run = RetireRun.Of(dryRun);
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", folder, "test")
        {
            Names = new NameListening(IPAddress.Loopback, NameListening.DefaultPort), Engine = EngineControl.Systemd with { DaemonJson = DaemonJsonFile },
        };
        var retiring = new RetireStep(new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), options, background.Time, NullLogger.Instance))
            .RunAsync(run, TestContext.Current.CancellationToken);
        await background.UntilAsync(() => retiring.IsCompleted);
        await retiring;
        return run.Changes;
    }
}
