using OverlayBridge.Lab.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>What real engines of both generations do, as the agent puts it into the store.</summary>
public sealed class WatchTests(AgentLab agents) : IClassFixture<AgentLab>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task UntilAttachedAsync(LabHost host, TestNetwork network, params LabContainer[] containers) => AgentLab.UntilAsync(
        $"{containers.Length} attachments on {host.Name} ({host.Release.Version})",
        async () => (await agents.AttachmentsAsync(host, network.Id)).Select(a => a.ContainerId).Order().SequenceEqual(containers.Select(c => c.Id).Order()));

    private Task UntilEngineAsync(LabHost host, EngineState state) => AgentLab.UntilAsync(
        $"engine {state} on {host.Name}",
        async () => (await agents.RecordAsync<HostRecord>(BridgeKeys.Host(host.Name)))?.Engine == state);

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_container_does_is_in_the_store_as_soon_as_the_engine_tells(bool legacy)
    {
        var host = agents.Host(legacy);
        await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);

        var box = await network.RunAsync(host, "--label", "com.docker.compose.service=db", "--label", "password=secret");
        await UntilAttachedAsync(host, network, box);
        var attachment = Assert.Single(await agents.AttachmentsAsync(host, network.Id));
        Assert.Equal((await box.AddressAsync(network.Name, Cancel)).ToString(), attachment.Address.Address.ToString());
        Assert.Equal((network.Name, box.Name), (attachment.NetworkName, attachment.ContainerName));
        var record = await agents.RecordAsync<ContainerRecord>(BridgeKeys.Container(host.Name, box.Id));
        Assert.Equal(("running", LabHost.Image), (record!.State, record.Image));
        Assert.Equal(["com.docker.compose.service"], record.Labels.Keys);
        var shown = await agents.RecordAsync<NetworkRecord>(BridgeKeys.Network(host.Name, network.Id));
        Assert.Equal((legacy ? "global" : "swarm", !legacy), (shown!.Scope, shown.Attachable));
        Assert.Equal([network.Subnet], shown.Subnets);

        await host.DockerAsync(["network", "disconnect", network.Name, box.Id], Cancel);
        await UntilAttachedAsync(host, network);
        await host.DockerAsync(["network", "connect", "--alias", "store", network.Name, box.Id], Cancel);
        await UntilAttachedAsync(host, network, box);
        Assert.Contains("store", Assert.Single(await agents.AttachmentsAsync(host, network.Id)).Aliases);

        await host.DockerAsync(["kill", box.Id], Cancel);
        await UntilAttachedAsync(host, network);
        await host.DockerAsync(["start", box.Id], Cancel);
        await UntilAttachedAsync(host, network, box);
        await host.DockerAsync(["rm", "--force", box.Id], Cancel);
        await AgentLab.UntilAsync("removal", async () => await agents.RecordAsync<ContainerRecord>(BridgeKeys.Container(host.Name, box.Id)) is null);
        Assert.Empty(await agents.AttachmentsAsync(host, network.Id));
    }

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_engine_that_stops_leaves_no_attachments_and_is_followed_again_when_it_is_back(bool legacy)
    {
        var host = agents.Host(legacy);
        await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);
        var box = await network.RunAsync(host);
        await UntilAttachedAsync(host, network, box);

        await host.Engine.StopAsync(Cancel);
        await UntilEngineAsync(host, EngineState.Down);
        await UntilAttachedAsync(host, network);

        await host.Engine.StartAsync(Cancel);
        await UntilEngineAsync(host, EngineState.Up);
        await host.DockerAsync(["start", box.Id], Cancel);
        await UntilAttachedAsync(host, network, box);
    }

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_engine_that_is_killed_keeps_its_attachments_for_its_containers_go_on_running(bool legacy)
    {
        var host = agents.Host(legacy);
        await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);
        var box = await network.RunAsync(host, "--restart", "always");
        await UntilAttachedAsync(host, network, box);

        await host.Engine.KillAsync(Cancel);
        await UntilEngineAsync(host, EngineState.Down);
        Assert.Single(await agents.AttachmentsAsync(host, network.Id));

        await host.Engine.StartAsync(Cancel);
        await UntilEngineAsync(host, EngineState.Up);
        await UntilAttachedAsync(host, network, box);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task An_agent_that_was_killed_puts_right_what_happened_meanwhile()
    {
        var host = agents.Legacy;
        await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);
        var first = await network.RunAsync(host);
        await UntilAttachedAsync(host, network, first);
        await agents.KillAgentAsync(host);

        await host.DockerAsync(["kill", first.Id], Cancel);
        var second = await network.RunAsync(host);
        Assert.Equal(first.Id, Assert.Single(await agents.AttachmentsAsync(host, network.Id)).ContainerId);

        await agents.StartAgentAsync(host);
        await UntilAttachedAsync(host, network, second);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_store_that_was_away_has_everything_when_it_is_back()
    {
        var host = agents.Swarm;
        await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);
        var first = await network.RunAsync(host);
        await UntilAttachedAsync(host, network, first);
        await agents.KillControlAsync();

        await host.DockerAsync(["kill", first.Id], Cancel);
        var second = await network.RunAsync(host);

        await agents.StartControlAsync();
        await UntilAttachedAsync(host, network, second);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_host_that_vanished_is_marked_as_lost_and_comes_back()
    {
        var key = BridgeKeys.Host(agents.Legacy.Name);
        await agents.KillAgentAsync(agents.Legacy);
        await AgentLab.UntilAsync("lost", async () => (await agents.RecordAsync<HostRecord>(key))?.State == HostState.Lost);
        await agents.StartAgentAsync(agents.Legacy);
        await AgentLab.UntilAsync("up again", async () => (await agents.RecordAsync<HostRecord>(key))?.State == HostState.Up);
    }
}
