using System.Net;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary>A network with two subnets, a guarded fence, and a further block, on real engines.</summary>
public sealed class SubnetsTests(LabFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Both_subnets_of_a_network_are_shared_guarded_enlarged_and_given_back()
    {
        IPNetwork[] subnets = [fixture.UniqueSubnet(), fixture.UniqueSubnet()];
        await using var shared = await SharedLab.StartAsync(fixture, subnets);
        var (legacy, swarm) = (fixture.Lab.LegacyHosts, fixture.Lab.SwarmHosts);
        var containers = new List<(Lab.Engines.LabContainer Container, IPAddress Address)>
        {
            (await shared.RunAsync(legacy[0], "--ip", $"{At(subnets[0], 5)}"), At(subnets[0], 5)),
            (await shared.RunAsync(legacy[1], "--ip", $"{At(subnets[1], 5)}"), At(subnets[1], 5)),
        };
        await AllBitsAsync(shared, subnets, set: false);
        // Whether engines route between a network's subnets is the host's business: where they do, they must go on.
        var areRouted = await AnswersAsync(containers[0].Container, containers[1]);
        TestContext.Current.TestOutputHelper!.WriteLine($"between the subnets packets are {(areRouted ? "" : "not ")}routed, by the engines themselves");

        var report = await shared.ExposeAsync();

        Assert.Equal(2, report.GetProperty("maps").GetArrayLength());
        await AllBitsAsync(shared, subnets, set: true);
        containers.Add((await shared.RunAsync(swarm[0], "--ip", $"{At(subnets[0], 130)}"), At(subnets[0], 130)));
        containers.Add((await shared.RunAsync(swarm[1], "--ip", $"{At(subnets[1], 131)}"), At(subnets[1], 131)));
        await shared.AllReachAsync([containers[0], containers[2]]);
        await shared.AllReachAsync([containers[1], containers[3]]);
        if (areRouted)
            await shared.AllReachAsync(containers);

        // Somebody restores an old bitmap: the guard sets the fence again.
        await shared.ClearAsync(subnets[1], 140, 200);
        await AllBitsAsync(shared, subnets, set: true);

        // A further block, for a container with a fixed address.
        var grown = await shared.ExposeAsync("--grow", "27", "--subnet", $"{subnets[1]}");
        Assert.Equal($"{At(subnets[1], 96)}/27", grown.GetProperty("fence").GetString());
        Assert.Equal(32ul, (await shared.BitsAsync(subnets[1])).CountSet(96, 127));
        containers.Add((await shared.RunAsync(swarm[0], "--ip", $"{At(subnets[1], 100)}"), At(subnets[1], 100)));
        await shared.AllReachAsync([containers[1], containers[^1]]);

        foreach (var (container, _) in containers.Skip(2))
            await shared.RemoveAsync(container);
        await shared.UnexposeAsync();
        await AllBitsAsync(shared, subnets, set: false);
        Assert.Equal(0ul, (await shared.BitsAsync(subnets[1])).CountSet(96, 127));
    }

    private static async Task<bool> AnswersAsync(Lab.Engines.LabContainer from, (Lab.Engines.LabContainer Container, IPAddress Address) to) =>
        (await from.ExecAsync(Cancel, "curl", "-s", "--max-time", "3", $"http://{to.Address}/")).Output.Trim() == to.Container.Name;

    private static Task AllBitsAsync(SharedLab shared, IPNetwork[] subnets, bool set) => Wait.UntilAsync(
        async () =>
        {
            foreach (var subnet in subnets)
                if ((await shared.BitsAsync(subnet)).CountSet(128, 254) != (set ? 127ul : 0ul))
                    return false;
            return true;
        },
        Limit, $"fences {(set ? "set" : "clear")} in Consul", Cancel);

    private static IPAddress At(IPNetwork subnet, byte last)
    {
        var bytes = subnet.BaseAddress.GetAddressBytes();
        bytes[3] = last;
        return new IPAddress(bytes);
    }
}
