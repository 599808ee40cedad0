using System.Net;
using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>
/// A legacy and a swarm network of one subnet with different VNIs, and the exposure record that makes them one, written
/// as <c>network expose</c> does. Disposing it removes everything.
/// </summary>
internal sealed class ExposedPair : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly AgentLab agents;
    private readonly List<LabContainer> containers = [];

    private ExposedPair(AgentLab agents, string name, IPNetwork subnet)
    {
        this.agents = agents;
        Name = name;
        Subnet = subnet;
    }

    public string Name { get; }

    public IPNetwork Subnet { get; }

    public string LegacyId { get; private set; } = "";

    public string SwarmId { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="subnet">Null: a /24 of its own.</param>
    public static async Task<ExposedPair> CreateAsync(AgentLab agents, IPNetwork? subnet = null)
    {
        var pair = new ExposedPair(agents, agents.Fixture.UniqueName("pair"), subnet ?? agents.Fixture.UniqueSubnet());
        pair.LegacyId = await agents.Legacy.DockerAsync(
            ["network", "create", "--driver", "overlay", "--subnet", $"{pair.Subnet}", pair.Name], Cancel);
        pair.SwarmId = await agents.Swarm.DockerAsync(
            ["network", "create", "--driver", "overlay", "--attachable", "--subnet", $"{pair.Subnet}", "--ip-range", $"{pair.Fence}", pair.Name], Cancel);
        return pair;
    }

    private IPNetwork Fence
    {
        get
        {
            var bytes = Subnet.BaseAddress.GetAddressBytes();
            return new IPNetwork(new IPAddress([bytes[0], bytes[1], bytes[2], 128]), 25);
        }
    }

    public string IdOn(LabHost host) => host.IsLegacy ? LegacyId : SwarmId;

    public async Task<LabContainer> RunAsync(LabHost host, params IReadOnlyList<string> options)
    {
        var container = await host.RunAsync(agents.Fixture.UniqueName("box"), Name, Cancel, options);
        containers.Add(container);
        return container;
    }

    public async Task<IPAddress> AddressAsync(LabContainer container) => await container.AddressAsync(Name, Cancel);

    /// <summary>Writes the exposure. The legacy network has its VNI from its first container on.</summary>
    public async Task ExposeAsync(ExposureState state) => await agents.PutAsync(
        BridgeKeys.Exposure(LegacyId),
        new ExposureRecord(Name, LegacyId, SwarmId, Subnet, null, Fence, await LegacyVniAsync(), await SwarmVniAsync(), "consul://172.31.0.250:8500", state, DateTimeOffset.UnixEpoch));

    public Task<StitchReport?> ReportAsync(LabHost host) => agents.RecordAsync<StitchReport>(BridgeKeys.Stitch(host.Name, IdOn(host)));

    /// <summary>The permanent neighbours and FDB entries of a host's namespace, as iproute2 shows them.</summary>
    public async Task<string[]> EntriesAsync(LabHost host)
    {
        var overlay = host.OverlayNamespace(IdOn(host));
        if (await overlay.PathAsync(Cancel) is null)
            return [];
        var neighbours = await overlay.NeighboursAsync(Cancel);
        var forwarding = await overlay.ForwardingAsync(Cancel);
        return
        [
            .. neighbours.Where(n => n.State == "PERMANENT").Select(n => $"{n.Address} {n.Mac}")
                .Concat(forwarding.Where(f => f.State == "permanent").Select(f => $"{f.Mac} via {f.Vtep} vni {f.Vni}")).Order(),
        ];
    }

    /// <summary>What must be in the other side's namespaces because of a container.</summary>
    public async Task<string[]> EntriesForAsync(LabContainer container)
    {
        var address = await AddressAsync(container);
        var mac = "0242" + Convert.ToHexString(address.GetAddressBytes());
        var vni = container.Host.IsLegacy ? await LegacyVniAsync() : await SwarmVniAsync();
        return [.. new[] { $"{address} {mac}", $"{mac} via {container.Host.Address} vni {vni}" }.Order()];
    }

    /// <summary>Waits until a host's namespace has exactly these containers of the other side.</summary>
    public async Task UntilStitchedAsync(LabHost host, params LabContainer[] others)
    {
        var wanted = (await Task.WhenAll(others.Select(EntriesForAsync))).SelectMany(e => e).Order().ToArray();
        await AgentLab.UntilAsync(
            $"{others.Length} stitched on {host.Name} ({host.Release.Version})",
            async () => (await EntriesAsync(host)).SequenceEqual(wanted));
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        var none = CancellationToken.None; // also after the test was cancelled
        foreach (var host in (LabHost[])[agents.Legacy, agents.Swarm])
            if (!host.Engine.IsRunning)
                await host.Engine.StartAsync(none); // the test failed between killing it and starting it again
        await agents.DeleteAsync(BridgeKeys.Exposure(LegacyId));
        await Task.WhenAll(containers.Select(container => container.RemoveAsync(none)));
        foreach (var host in (LabHost[])[agents.Legacy, agents.Swarm])
            await host.RemoveNetworkAsync(Name, Limit, none);
    });

    /// <summary>The VNI of the swarm network.</summary>
    public async Task<uint> SwarmVniAsync() => uint.Parse(await agents.Swarm.DockerAsync(
        ["network", "inspect", "--format", """{{index .Options "com.docker.network.driver.overlay.vxlanid_list"}}""", Name], Cancel));

    private async Task<uint> LegacyVniAsync()
    {
        using var consul = agents.Fixture.Lab.Consul!.CreateClient();
        var text = await consul.GetStringAsync($"/v1/kv/docker/network/v1.0/overlay/network/{LegacyId}/?raw", Cancel);
        return JsonDocument.Parse(text).RootElement.GetProperty("subnets")[0].GetProperty("Vni").GetUInt32();
    }
}
