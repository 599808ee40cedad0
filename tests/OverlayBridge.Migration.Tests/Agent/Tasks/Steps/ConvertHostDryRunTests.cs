using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>What a host says to a plan of which nothing was done yet.</summary>
public sealed class ConvertHostDryRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("convert-dry-").FullName;
    private readonly KeyStore store = new();
    private readonly MovableEngine engine = new(new MovableEngine.Fleet(), "e1", "20.10.5", "inactive")
    {
        ClusterStore = static () => "consul://c:8500", NetworkId = IdOf,
    };

    public ConvertHostDryRunTests()
    {
        File.WriteAllText(Path.Combine(folder, "daemon.json"), """{"cluster-store": "consul://c:8500", "cluster-advertise": "172.31.0.1:2376"}""");
        store.Set(BridgeKeys.Host("m"), BridgeRecords.Encode(new HostRecord(
            "m", "em", "26.1.5", IPAddress.Parse("172.31.0.9"), new HostSwarm("n9", "active", true), HostState.Up, EngineState.Up, default, "1")));
        var container = Sample.Container();
        container.Places["legacy2"] = new(IPAddress.Parse("10.78.0.10"), []);
        engine.Add(container);
    }

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Networks_that_an_earlier_step_exposes_are_no_obstacle_to_a_dry_run_and_everything_is_said()
    {
        var changes = await RunAsync(dryRun: true);

        Assert.Contains(changes, static change => change.StartsWith("Stop the engine", StringComparison.Ordinal));
        Assert.Contains(changes, static change => change.Contains("swarm", StringComparison.Ordinal));
        foreach (var network in (string[])["legacy1", "legacy2"])
            Assert.Contains(changes, change => change.StartsWith("Connect", StringComparison.Ordinal) && change.Contains(network, StringComparison.Ordinal));
        Assert.Equal("running", engine["db"].State);
        Assert.Equal([BridgeKeys.Host("m")], store.Keys);
    }

    [Fact]
    public async Task The_same_is_said_when_they_are_exposed_already()
    {
        var before = await RunAsync(dryRun: true);
        Expose("legacy1", IdOf("legacy1"), ExposureState.Active);
        Expose("legacy2", IdOf("legacy2"), ExposureState.Active);

        Assert.Equal(before, await RunAsync(dryRun: true));
    }

    [Fact]
    public async Task One_that_is_being_taken_back_is_an_obstacle_and_in_earnest_one_that_is_not_exposed_too()
    {
        Assert.Contains("legacy1 is not exposed. The network legacy2 is not exposed.", (await Assert.ThrowsAsync<StepException>(() => RunAsync(dryRun: false))).Message, StringComparison.Ordinal);
        Expose("legacy1", IdOf("legacy1"), ExposureState.Retracting);

        var refused = await Assert.ThrowsAsync<StepException>(() => RunAsync(dryRun: true));

        Assert.Equal("The network legacy1 is not exposed (its exposure 'legacy1' is retracting).", refused.Message);
    }

    [Fact]
    public async Task An_engine_that_is_down_before_anything_is_begun_fails_as_one_that_may_just_be_started_anew()
    {
        engine.IsDown = static () => true;

        Assert.True(EngineStart.IsNobodyThere(await Assert.ThrowsAsync<EngineException>(() => RunAsync(dryRun: false))));
    }

    [Theory]
    [InlineData(UpgradeTime.WithConversion, "Start engine 26.1.5")]
    [InlineData(UpgradeTime.Afterwards, "Start the engine")]
    public async Task An_engine_that_is_to_be_exchanged_afterwards_stays_while_its_host_goes_over(UpgradeTime upgrade, string start)
    {
        var changes = await RunAsync(dryRun: true, "26.1.5", upgrade);

        Assert.Contains(start, changes);
        Assert.Single(changes, static change => change.StartsWith("Start ", StringComparison.Ordinal) && change.Contains("engine", StringComparison.Ordinal));
    }

    private static string IdOf(string network) => network == "legacy1" ? Sample.NetworkId : new string('e', 64);

    private void Expose(string name, string id, ExposureState state) => store.Set(BridgeKeys.Exposure(id), BridgeRecords.Encode(new ExposureRecord(
        name, id, $"swarm-{name}", IPNetwork.Parse("10.77.0.0/24"), null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", state, default)));

    private async Task<ImmutableArray<string>> RunAsync(bool dryRun, string? upgradeTo = null, UpgradeTime upgrade = default)
    {
        var step = new PlanStep("convert-host.h1", StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        ImmutableArray<PlanNetwork> networks =
            [new("legacy1", IdOf("legacy1"), IPNetwork.Parse("10.77.0.0/24")), new("legacy2", IdOf("legacy2"), IPNetwork.Parse("10.78.0.0/24"))];
        var content = new StepContent(
            step, "plan", "m", networks, new PlanHost("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", upgradeTo, []) { Upgrade = upgrade }, []);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, false, dryRun, content.ToText(), 60, default), content, [], static _ => { });
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), folder, "", "test") { Engine = EngineControl.Systemd with { DaemonJson = Path.Combine(folder, "daemon.json"), Versions = EngineControl.Systemd.Versions.Add("26.1.5", ["start-26"]) } };
        await new ConvertHostStep(new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), options, TimeProvider.System, NullLogger.Instance))
            .RunAsync(run, TestContext.Current.CancellationToken);
        return [.. run.Changes];
    }
}
