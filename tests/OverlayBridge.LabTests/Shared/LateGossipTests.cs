using System.Net;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// Two swarm hosts whose engines hear nothing of each other's containers, as for up to a minute and a half after an engine's restart: the agents see
/// to it that their containers talk, and leave their entries to the engines as soon as these have heard.
/// </summary>
public sealed class LateGossipTests(LabFixture fixture)
{
    private const string GossipPort = "7946";
    private const string Mark = "extern_learn";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private LabHost First => fixture.Lab.SwarmHosts[0];

    private LabHost Second => fixture.Lab.SwarmHosts[1];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 900_000)]
    public async Task Containers_of_two_swarm_hosts_talk_though_gossip_is_late_and_the_entries_become_the_engines()
    {
        await using var shared = await SharedLab.StartAsync(fixture, fixture.UniqueSubnet());
        await shared.RunAsync(fixture.Lab.LegacyHosts[0]); // a network has its VNI from its first container on
        await shared.ExposeAsync();
        List<LabContainer> containers = [await shared.RunAsync(First), await shared.RunAsync(Second)];
        var id = await First.DockerAsync(["network", "inspect", "--format", "{{.Id}}", shared.Name], Cancel);
        await GossipAsync("--insert");
        try
        {
            containers.AddRange([await shared.RunAsync(First), await shared.RunAsync(Second)]);
            await shared.AllReachAsync([.. await Task.WhenAll(containers.Select(async container => (container, await container.AddressAsync(shared.Name, Cancel))))]);
            Assert.Contains(Mark, await EntriesAsync(First, id), StringComparison.Ordinal);
            Assert.Contains(Mark, await EntriesAsync(Second, id), StringComparison.Ordinal);
        }
        finally
        {
            await GossipAsync("--delete");
        }
        foreach (var host in fixture.Lab.SwarmHosts)
            await Wait.UntilAsync(async () => !(await EntriesAsync(host, id)).Contains(Mark, StringComparison.Ordinal), Limit, $"entries of the engine alone on {host.Name}", Cancel);

        var last = containers[^1];
        var gone = await last.AddressAsync(shared.Name, Cancel);
        Assert.True(await HasAsync(First, id, gone));
        await shared.RemoveAsync(last);
        await Wait.UntilAsync(async () => !await HasAsync(First, id, gone), Limit, $"no neighbour {gone} on {First.Name}", Cancel);
    }

    /// <summary>Neighbours and FDB of a host's namespace of a network, as iproute2 shows them.</summary>
    private static async Task<string> EntriesAsync(LabHost host, string networkId)
    {
        var overlay = host.OverlayNamespace(networkId);
        return (await overlay.ExecAsync(Cancel, "ip", "neighbour", "show", "dev", "vxlan0")).Success() + '\n' +
            (await overlay.ExecAsync(Cancel, "bridge", "fdb", "show", "dev", "vxlan0")).Success();
    }

    private static async Task<bool> HasAsync(LabHost host, string networkId, IPAddress address) =>
        (await host.OverlayNamespace(networkId).NeighboursAsync(Cancel)).Any(neighbour => neighbour.Address.Equals(address));

    /// <summary>Drops what the second host's engine would hear and say by gossip, or no longer.</summary>
    private async Task GossipAsync(string command)
    {
        foreach (var chain in (string[])["INPUT", "OUTPUT"])
            foreach (var protocol in (string[])["tcp", "udp"])
                (await Second.ExecAsync(["iptables", "--wait", command, chain, "--protocol", protocol, "--dport", GossipPort, "--jump", "DROP"], CancellationToken.None)).Success();
    }
}
