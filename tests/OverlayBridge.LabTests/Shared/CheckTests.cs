using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary><c>network check</c> on real engines and real packets: what is broken on purpose is named with host and cause.</summary>
public sealed class CheckTests(LabFixture fixture)
{
    private static readonly string[] Drop = ["INPUT", "-p", "udp", "--dport", "4789", "-j", "DROP"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task A_dropped_port_and_another_MTU_are_named_with_their_hosts()
    {
        await using var shared = await SharedLab.StartAsync(fixture, fixture.UniqueSubnet());
        var (legacy, swarm) = (fixture.Lab.LegacyHosts, fixture.Lab.SwarmHosts);
        await shared.RunAsync(legacy[0]);
        await shared.RunAsync(legacy[1]);
        await shared.ExposeAsync();
        await shared.RunAsync(swarm[0]);
        var last = await shared.RunAsync(swarm[1]);
        // Engines of the swarm that a test before this one killed may need a minute to tell each other of a new network's containers: their own gossip.
        await Wait.UntilAsync(
            async () => Codes(await shared.CheckAsync(static _ => true)).All(static code => code != "udp-blocked"), TimeSpan.FromSeconds(150), "the swarm's own paths", Cancel);

        var well = await shared.CheckAsync(report => report.GetProperty("findings").GetArrayLength() == 0);
        Assert.Equal(12, well.GetProperty("paths").GetArrayLength());
        Assert.All(well.GetProperty("paths").EnumerateArray(), path => Assert.Equal("ok", path.GetProperty("state").GetString()));

        (await swarm[0].ExecAsync(["iptables", "-I", .. Drop], Cancel)).Success();
        try
        {
            var blocked = await shared.CheckAsync(report => Codes(report).Contains("udp-blocked"));
            var finding = One(blocked, "udp-blocked");
            Assert.Contains($"arrives at {swarm[0].Name}", finding.GetProperty("what").GetString(), StringComparison.Ordinal);
            Assert.Contains("UDP port 4789", finding.GetProperty("why").GetString(), StringComparison.Ordinal);
            Assert.Equal(
                [legacy[0].Name, legacy[1].Name, swarm[1].Name],
                blocked.GetProperty("paths").EnumerateArray().Where(path => path.GetProperty("state").GetString() == "lost")
                    .Select(path => path.GetProperty("from").GetString()));
        }
        finally
        {
            (await swarm[0].ExecAsync(["iptables", "-D", .. Drop], CancellationToken.None)).Success();
        }

        await SetMtuAsync(last.Host, await SwarmIdAsync(shared), 1400);
        var differs = One(await shared.CheckAsync(report => Codes(report).SequenceEqual(["mtu-mismatch"])), "mtu-mismatch");
        Assert.Contains($"1400 on {last.Host.Name}", differs.GetProperty("what").GetString(), StringComparison.Ordinal);

        await SetMtuAsync(last.Host, await SwarmIdAsync(shared), 1450);
        await shared.CheckAsync(report => report.GetProperty("findings").GetArrayLength() == 0);
        Assert.Contains("All is well", (await shared.CommandAsync("network", "check", shared.Name)).Output, StringComparison.Ordinal);
        foreach (var host in swarm)
            await host.DockerAsync(["rm", "--force", .. (await host.DockerAsync(["ps", "--quiet", "--filter", $"network={shared.Name}"], Cancel)).Split('\n')], Cancel);
        await shared.UnexposeAsync();
    }

    private static IEnumerable<string?> Codes(JsonElement report) => report.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString());

    private static JsonElement One(JsonElement report, string code) =>
        Assert.Single(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("code").GetString() == code);

    private static Task<string> SwarmIdAsync(SharedLab shared) => shared.Manager.DockerAsync(["network", "inspect", "--format", "{{.Id}}", shared.Name], Cancel);

    private static async Task SetMtuAsync(LabHost host, string networkId, int mtu) =>
        (await host.OverlayNamespace(networkId).ExecAsync(Cancel, "ip", "link", "set", "vxlan0", "mtu", $"{mtu}")).Success();
}
