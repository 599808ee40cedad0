using System.Net;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// A container that comes over to the swarm with its address, on another host, while the agents hear nothing of it: the agent of a third host takes the entry that its engine sets for somebody's fault, and puts the
/// old one, to the legacy host, over it. The engine never sets it again (decision 007).
/// </summary>
public sealed class CameOverTests(LabFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_container_that_came_over_while_the_agents_heard_nothing_is_reached_once_they_hear_again()
    {
        await using var shared = await SharedLab.StartAsync(fixture, fixture.UniqueSubnet());
        await shared.RunAsync(fixture.Lab.LegacyHosts[0]); // a network has its VNI from its first container on
        await shared.ExposeAsync();
        var (asker, before) = (await shared.RunAsync(shared.Manager), await shared.RunAsync(fixture.Lab.LegacyHosts[1]));
        var (address, former) = (await before.AddressAsync(shared.Name, Cancel), before.Host.Address);
        await shared.ReachAsync(asker, before, address);
        var swarmId = await shared.Manager.DockerAsync(["network", "inspect", "--format", "{{.Id}}", shared.Name], Cancel);

        await shared.Bridge.KillAsync(fixture.Lab.Kv, "control");
        await shared.RemoveAsync(before);
        var after = await shared.RunAsync(fixture.Lab.SwarmHosts[1], "--ip", $"{address}");
        await shared.ReachAsync(asker, after, address);
        await Wait.UntilAsync(async () => former.Equals((await EntryAsync(shared.Manager, swarmId, address))?.Vtep), Limit, $"the agent's old entry for {address} over the engine's", Cancel);

        await shared.Bridge.StartControlAsync();
        await shared.ReachAsync(asker, after, address);
        Assert.Equal(after.Host.Address, (await EntryAsync(shared.Manager, swarmId, address))?.Vtep);
    }

    /// <summary>The FDB entry for the container that has an address, in a host's namespace of a network.</summary>
    private static async Task<ForwardingEntry?> EntryAsync(LabHost host, string networkId, IPAddress address)
    {
        var overlay = host.OverlayNamespace(networkId);
        var neighbour = (await overlay.NeighboursAsync(Cancel)).SingleOrDefault(entry => entry.Address.Equals(address));
        return (await overlay.ForwardingAsync(Cancel)).SingleOrDefault(entry => entry.Mac.Equals(neighbour?.Mac));
    }
}
