using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.LabTests.EndToEnd;

/// <summary>
/// The main job with real programs only: two legacy engines on Consul, two swarm engines, docker-compose v1 and docker
/// compose v2, a swarm service; import, dry-run, expose, restarts, many starts on both sides at once, unexpose.
/// </summary>
public sealed class EndToEndTests(LabFixture fixture) : IAsyncDisposable
{
    private const string Network = "appnet";
    private const int FurtherStarts = 200;

    /// <summary>How fast a new container must be reachable from the other side, counted from the end of docker run.</summary>
    private static readonly TimeSpan Reachable = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly BridgeLab _bridge = new(fixture.Lab, "e2e");

    private LabHost Legacy1 => fixture.Lab.LegacyHosts[0];

    private LabHost Legacy2 => fixture.Lab.LegacyHosts[1];

    private LabHost Manager => fixture.Lab.SwarmHosts[0];

    private LabHost Worker => fixture.Lab.SwarmHosts[1];

    private string Consul => fixture.Lab.Consul!.State;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_200_000)]
    public async Task A_legacy_overlay_is_imported_watched_exposed_and_taken_back()
    {
        await using var apps = new SampleApps(fixture, Network);
        await apps.StartLegacyAsync();
        await ImportAndFollowAsync();
        await ExposeAsync();
        await apps.StartSwarmAsync(Manager);
        await apps.StartServiceAsync(Manager, fixture.Lab.SwarmHosts);
        await AllPairsExchangeAsync(apps.Containers);
        await NewContainersAreReachableAsync(apps);
        await RestartsLoseNothingAsync(apps);
        await ManyStartsNeverCollideAsync();
        await DiffBecomesEmptyAsync();
        await apps.StopSwarmAsync(Manager);
        await UnexposeAsync();
        await NothingIsLeftAsync();
        await BitmapHoldsOnlyAsync(apps.Containers);
        await AllPairsExchangeAsync(apps.Containers);
    }

    /// <summary>The sample's network is another test's too: what a test that failed has left on it would be in that one's way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _bridge.DisposeAsync();
        foreach (var host in fixture.Lab.Hosts)
            await host.RemoveContainersAsync(Network, CancellationToken.None);
        foreach (var host in (LabHost[])[Manager, Legacy1])
            await host.RemoveNetworkAsync(Network, Limit, CancellationToken.None);
    }

    private async Task ImportAndFollowAsync()
    {
        await _bridge.StartControlAsync();
        foreach (var host in fixture.Lab.Hosts)
            await _bridge.StartAgentAsync(host);

        var dryRun = await BridgeLab.RunAsync(fixture.Lab.Kv, "import", Consul, "--dry-run", "--to", _bridge.Bridge);
        Assert.True(dryRun.ExitCode == 2, $"{dryRun.Output}{dryRun.Error}");
        Assert.Contains(Network, dryRun.Output, StringComparison.Ordinal);

        await _bridge.StartFollowAsync();
        await DiffBecomesEmptyAsync();
    }

    private Task DiffBecomesEmptyAsync() => Wait.UntilAsync(
        async () => (await BridgeLab.RunAsync(fixture.Lab.Kv, "diff", Consul, _bridge.Bridge, "--keys")).ExitCode == 0,
        Limit, "an empty diff between Consul and the cluster", Cancel);

    private async Task ExposeAsync()
    {
        var dryRun = await BridgeLab.RunAsync(Manager, "network", "expose", Network, "--dry-run", "--store", _bridge.Bridge);
        Assert.True(dryRun.ExitCode == 2, $"{dryRun.Output}{dryRun.Error}");
        Assert.DoesNotContain(Network, await Manager.DockerAsync(["network", "ls"], Cancel), StringComparison.Ordinal);

        var exposed = await BridgeLab.RunAsync(Manager, "network", "expose", Network, "--store", _bridge.Bridge, "-o", "json");
        Assert.True(exposed.ExitCode == 0, $"{exposed.Output}{exposed.Error}");
        using var report = JsonDocument.Parse(exposed.Output);
        Assert.Equal("done", report.RootElement.GetProperty("state").GetString());
        Assert.Equal(0, report.RootElement.GetProperty("open").GetArrayLength());
    }

    /// <summary>Every container asks every other one on another host by its address and is answered by the right one.</summary>
    private static async Task AllPairsExchangeAsync(IReadOnlyList<RunningApp> containers)
    {
        foreach (var from in containers)
            foreach (var to in containers.Where(to => to.Container.Host != from.Container.Host))
                await AnswersAsync(from, to, Limit);
    }

    private static Task AnswersAsync(RunningApp from, RunningApp to, TimeSpan limit) => Wait.UntilAsync(
        async () => (await from.Container.ExecAsync(Cancel, "curl", "-s", "--max-time", "1", $"http://{to.Address}/")).Output.Trim() == to.Answer,
        limit, $"answer of {to} to {from}", Cancel);

    private async Task NewContainersAreReachableAsync(SampleApps apps)
    {
        var (oldLegacy, oldSwarm) = (apps.Containers.First(app => app.Container.Host == Legacy1), apps.Containers.First(app => app.Container.Host == Manager));
        var newLegacy = await apps.RunAsync(Legacy2, "late-legacy");
        await AnswersAsync(oldSwarm, newLegacy, Reachable);
        await AnswersAsync(newLegacy, oldSwarm, Reachable);
        var newSwarm = await apps.RunAsync(Worker, "late-swarm");
        await AnswersAsync(oldLegacy, newSwarm, Reachable);
        await AnswersAsync(newSwarm, oldLegacy, Reachable);
    }

    private async Task RestartsLoseNothingAsync(SampleApps apps)
    {
        await _bridge.KillAsync(fixture.Lab.Kv, "control");
        await AllPairsExchangeAsync(apps.Containers); // the data path needs no control node
        await _bridge.StartControlAsync();
        await DiffBecomesEmptyAsync();

        await _bridge.KillAsync(Legacy1, "agent");
        await _bridge.StartAgentAsync(Legacy1);
        Assert.Equal(0, await _bridge.StopAsync(Worker, "agent"));
        await _bridge.StartAgentAsync(Worker);
        await AllPairsExchangeAsync(apps.Containers);

        await Legacy1.Engine.RestartAsync(Cancel);
        await Manager.Engine.RestartAsync(Cancel);
        await apps.RefreshAsync();
        await AllPairsExchangeAsync(apps.Containers);
        await DiffBecomesEmptyAsync();
    }

    /// <summary>Starts containers on all hosts at once; at no moment do two that live at the same time have one address.</summary>
    private async Task ManyStartsNeverCollideAsync()
    {
        var live = new ConcurrentDictionary<IPAddress, string>();
        var started = new ConcurrentBag<LabContainer>();
        await Task.WhenAll(fixture.Lab.Hosts.Select(StartManyAsync));
        Assert.Equal(FurtherStarts, started.Count);
        await Task.WhenAll(fixture.Lab.Hosts.Select(host => host.DockerAsync(
            ["rm", "--force", .. started.Where(container => container.Host == host).Select(container => container.Id)], Cancel)));

        async Task StartManyAsync(LabHost host)
        {
            for (var number = 0; number < FurtherStarts / fixture.Lab.Hosts.Count; number++)
            {
                var container = await host.RunAsync($"many-{host.Name}-{number}", Network, Cancel);
                started.Add(container);
                var address = await container.AddressAsync(Network, Cancel);
                Assert.True(live.TryAdd(address, container.Name), $"{container.Name} on {host.Name} has {address}, which {live[address]} holds");
            }
        }
    }

    private Task<string> UnexposeAsync() => Wait.UntilSuccessAsync(
        () => BridgeLab.RunAsync(Manager, "network", "unexpose", Network, "--store", _bridge.Bridge), Limit, "unexpose", Cancel);

    private async Task NothingIsLeftAsync()
    {
        Assert.DoesNotContain(Network, await Manager.DockerAsync(["network", "ls"], Cancel), StringComparison.Ordinal);
        var listed = await BridgeLab.RunAsync(Manager, "network", "ls", "--store", _bridge.Bridge, "-o", "json");
        using var networks = JsonDocument.Parse(listed.Output);
        Assert.All(networks.RootElement.GetProperty("networks").EnumerateArray(), network =>
            Assert.Equal(JsonValueKind.Null, network.GetProperty("exposure").ValueKind));
        var swarmVteps = fixture.Lab.SwarmHosts.Select(host => host.Address).ToHashSet();
        var id = await Legacy1.DockerAsync(["network", "inspect", "--format", "{{.Id}}", Network], Cancel);
        foreach (var host in fixture.Lab.LegacyHosts)
            Assert.DoesNotContain(await host.OverlayNamespace(id).ForwardingAsync(Cancel), entry => swarmVteps.Contains(entry.Vtep));
        Assert.NotEmpty(await Legacy1.OverlayNamespace(id).ForwardingAsync(Cancel));
    }

    /// <summary>The pool's bitmap in Consul: network, gateway and broadcast, the legacy containers, and not a bit of the fence.</summary>
    private async Task BitmapHoldsOnlyAsync(IReadOnlyList<RunningApp> containers)
    {
        using var consul = fixture.Lab.Consul!.CreateClient();
        const string key = $"docker/network/v1.0/ipam/default/data/GlobalDefault/{SampleApps.Subnet}/";
        var bytes = await consul.GetByteArrayAsync($"/v1/kv/{key}?raw", Cancel);
        var bits = RecordFormats.Bitmap.Read(key, [.. bytes]).Value.Sequence;
        ulong[] expected = [0, 1, .. containers.Select(app => (ulong)app.Address.GetAddressBytes()[^1]).Order(), 255];

        Assert.Equal(expected, bits.SetRanges().SelectMany(range => Enumerable.Range((int)range.First, (int)(range.Last - range.First) + 1)).Select(bit => (ulong)bit));
        Assert.Equal(bits.Length - (ulong)expected.Length, bits.Unselected);
    }
}
