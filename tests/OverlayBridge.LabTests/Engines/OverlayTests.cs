using System.Net;
using System.Net.Http.Json;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Engines;

public class OverlayTests(LabFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Containers_of_two_legacy_hosts_reach_each_other_by_address_and_name()
    {
        var hosts = fixture.Lab.LegacyHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        var first = await network.RunAsync(hosts[0]);
        var second = await network.RunAsync(hosts[1]);

        await AssertReachEachOtherAsync(network, first, second);
        Assert.Equal(second.Name, await first.AskAsync(second.Name, Cancel));
        (await second.ExecAsync(Cancel, "ping", "-c1", "-W2", first.Name)).Success();
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_legacy_network_is_in_Consul()
    {
        await using var network = await TestNetwork.CreateAsync(fixture, fixture.Lab.LegacyHosts[0]);
        using var consul = fixture.Lab.Consul!.CreateClient();

        var keys = await consul.GetFromJsonAsync<string[]>("/v1/kv/docker/network/v1.0/network/?keys", Cancel);

        Assert.Contains($"docker/network/v1.0/network/{network.Id}/", keys!);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Containers_of_two_swarm_hosts_reach_each_other_on_an_attachable_network()
    {
        var hosts = fixture.Lab.SwarmHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        var first = await network.RunAsync(hosts[0]);
        var second = await network.RunAsync(hosts[1]);

        await AssertReachEachOtherAsync(network, first, second);
        Assert.Equal(second.Name, await first.AskAsync(second.Name, Cancel));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task All_tasks_of_a_service_with_dnsrr_answer_a_container_on_its_network()
    {
        var hosts = fixture.Lab.SwarmHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        var asking = await network.RunAsync(hosts[1]);
        var tasks = await network.CreateServiceAsync(replicas: 2);

        foreach (var task in tasks)
            Assert.Equal(task.Id[..12], await asking.AskAsync($"{await task.AddressAsync(network.Name, Cancel)}", Cancel));
        Assert.Equal(2, tasks.Select(task => task.Host).Distinct().Count());
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_entries_of_an_overlay_namespace_show_the_other_host()
    {
        var hosts = fixture.Lab.LegacyHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        var first = await network.RunAsync(hosts[0]);
        var second = await network.RunAsync(hosts[1]);
        await AssertReachEachOtherAsync(network, first, second);
        var overlay = hosts[0].OverlayNamespace(network.Id);

        var address = await second.AddressAsync(network.Name, Cancel);
        var neighbour = Assert.Single(await overlay.NeighboursAsync(Cancel), entry => entry.Address.Equals(address));
        Assert.Equal("PERMANENT", neighbour.State);
        var forwarding = Assert.Single(await overlay.ForwardingAsync(Cancel), entry => entry.Mac.Equals(neighbour.Mac));
        Assert.Equal((hosts[1].Address, null), (forwarding.Vtep, forwarding.Vni));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_host_without_a_container_on_the_network_has_no_overlay_namespace()
    {
        var hosts = fixture.Lab.LegacyHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        await network.RunAsync(hosts[0]);

        Assert.NotNull(await hosts[0].OverlayNamespace(network.Id).PathAsync(Cancel));
        Assert.Null(await hosts[1].OverlayNamespace(network.Id).PathAsync(Cancel));
    }

    private static async Task AssertReachEachOtherAsync(TestNetwork network, LabContainer first, LabContainer second)
    {
        IPAddress[] addresses = [await first.AddressAsync(network.Name, Cancel), await second.AddressAsync(network.Name, Cancel)];
        Assert.All(addresses, address => Assert.True(network.Subnet.Contains(address)));
        Assert.Equal(second.Name, await first.AskAsync($"{addresses[1]}", Cancel));
        Assert.Equal(first.Name, await second.AskAsync($"{addresses[0]}", Cancel));
    }
}
