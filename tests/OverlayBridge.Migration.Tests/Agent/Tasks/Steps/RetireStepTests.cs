using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

public sealed class RetireStepTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("retire-").FullName;
    private readonly KeyStore store = new();
    private readonly MovedClock clock = new();

    public void Dispose()
    {
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
        var longAgo = clock.GetUtcNow() - TimeSpan.FromMinutes(2);
        engine.Nodes.AddRange(
        [
            new SwarmNode("me", "e1", "ready", "10.0.0.9:2377", true, longAgo), new SwarmNode("nobody", "", "unknown", "", false, longAgo),
            new SwarmNode("joining", "", "unknown", "", false, clock.GetUtcNow()), new SwarmNode("down", "e2", "down", "", false, longAgo),
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

    private static MovableEngine Engine(bool isManager) => new(new MovableEngine.Fleet(), "e1", "26.1.5", "active") { IsManager = isManager };

    private async Task<IReadOnlyList<string>> RetireAsync(MovableEngine engine, bool dryRun)
    {
        var step = new PlanStep("retire.h1", StepKind.Retire, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(step, "plan", "m", [], new PlanHost("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", null, []), []);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, false, dryRun, content.ToText(), 60, default), content, [], static _ => { });
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", folder, "test");
        await new RetireStep(new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), options, clock, NullLogger.Instance))
            .RunAsync(run, TestContext.Current.CancellationToken);
        return run.Changes;
    }
}
