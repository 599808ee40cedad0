using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// Starts and stops on all hosts at once, while engines and agents are killed at random and the control node is away for a while. No two
/// live containers have one address; whenever the changes pause every pair talks, in a time that is printed; after unexpose neither side
/// holds a trace. A short form by default; <c>OVERLAYBRIDGE_CHURN_STARTS=1000</c> for the long one, <c>OVERLAYBRIDGE_CHURN_SEED</c> to make
/// the same choices once more.
/// </summary>
[KillsSharedEngines]
public sealed class ChurnTests(LabFixture fixture)
{
    private const string StartsVariable = "OVERLAYBRIDGE_CHURN_STARTS";
    private const string SeedVariable = "OVERLAYBRIDGE_CHURN_SEED";
    private const int ShortStarts = 60;
    private const int StartsBetweenPauses = 50;
    private const int LivePerHost = 4;
    private const int MostStartsBetweenKills = 24;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<IPAddress, Live> _live = new();
    private readonly Dictionary<LabHost, SemaphoreSlim> _gates = fixture.Lab.Hosts.ToDictionary(host => host, _ => new SemaphoreSlim(1));
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly PairTimes _times = new();
    private readonly Dictionary<string, int> _kills = new() { ["agent"] = 0, ["engine"] = 0 };
    private int _starts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Starts { get; } = Number(StartsVariable, ShortStarts);

    private static int Seed { get; } = Number(SeedVariable, Random.Shared.Next());

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [Fact(Timeout = 3_600_000)]
    public async Task Starts_and_stops_on_both_sides_with_kills_never_give_an_address_twice_and_leave_no_trace()
    {
        var subnet = fixture.UniqueSubnet();
        await using var shared = await SharedLab.StartAsync(fixture, subnet);
        // An engine of 20.10 fails at random once its last container has left a network; a restart policy brings these back after a kill.
        foreach (var host in fixture.Lab.LegacyHosts)
            await AddAsync(shared, host, "stays", "--restart", "always");
        await shared.ExposeAsync();
        foreach (var host in fixture.Lab.SwarmHosts)
            await AddAsync(shared, host, "stays", "--restart", "always");

        await ChurnWithPausesAsync(shared);
        await ControlIsAwayAsync(shared);
        await NothingRemainsAsync(shared, subnet);
        foreach (var gate in _gates.Values)
            gate.Dispose();
    }

    private async Task ChurnWithPausesAsync(SharedLab shared)
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{SeedVariable}={Seed}");
        var random = new Random(Seed);
        for (var until = Math.Min(StartsBetweenPauses, Starts); _starts < Starts; until = Math.Min(until + StartsBetweenPauses, Starts))
        {
            await Task.WhenAll([
                .. fixture.Lab.Hosts.Select(host => new Random(random.Next())).Zip(fixture.Lab.Hosts, (own, host) => ChurnAsync(shared, host, own, until)).ToList(),
                KillAsync(shared, new Random(random.Next()), until),
            ]);
            await AllTalkAsync(_times);
            output.WriteLine($"{_starts} starts, {_kills["engine"]} engines and {_kills["agent"]} agents killed, {_refusals.Count} commands refused by engines that had been killed; {_times}");
        }
        foreach (var refusal in _refusals)
            output.WriteLine(refusal);
    }

    private async Task ChurnAsync(SharedLab shared, LabHost host, Random random, int until)
    {
        while (Interlocked.Increment(ref _starts) <= until)
        {
            await _gates[host].WaitAsync(Cancel);
            try
            {
                var own = _live.Values.Where(live => live.Container.Host == host && !live.Stays).ToList();
                if (own.Count >= LivePerHost)
                    await EndAsync(own[random.Next(own.Count)]);
                await AddAsync(shared, host, $"churn-{host.Name}");
            }
            catch (LabException e)
            {
                _refusals.Enqueue($"{host.Name}: {e.Message}"); // an engine that has just come back may refuse; the pairs at the end tell the rest
            }
            finally
            {
                _gates[host].Release();
            }
        }
        Interlocked.Decrement(ref _starts);
    }

    private async Task<Live> AddAsync(SharedLab shared, LabHost host, string stem, params IReadOnlyList<string> options)
    {
        var container = await host.RunAsync(fixture.UniqueName(stem), shared.Name, Cancel, options);
        var live = new Live(container, await container.AddressAsync(shared.Name, Cancel), await container.NetworkNamespaceAsync(Cancel), stem == "stays");
        Assert.True(_live.TryAdd(live.Address, live), $"{container.Name} on {host.Name} has {live.Address}, which {_live.GetValueOrDefault(live.Address)?.Container.Name} holds");
        return live;
    }

    /// <summary>From the moment it is told to end its address may be another one's.</summary>
    private async Task EndAsync(Live live)
    {
        _live.TryRemove(live.Address, out _);
        await live.Container.RemoveAsync(Cancel);
    }

    /// <summary>An agent or an engine at a time, on a host and after a number of starts by chance.</summary>
    private async Task KillAsync(SharedLab shared, Random random, int until)
    {
        while (Volatile.Read(ref _starts) < until)
        {
            var due = Math.Min(until, Volatile.Read(ref _starts) + random.Next(1, MostStartsBetweenKills + 1));
            await Wait.UntilAsync(() => Volatile.Read(ref _starts) >= due, Limit, "further starts", Cancel);
            var host = fixture.Lab.Hosts[random.Next(fixture.Lab.Hosts.Count)];
            if (random.Next(2) == 0)
                await KillAgentAsync(shared, host);
            else
                await KillEngineAsync(shared, host);
        }
    }

    private async Task KillAgentAsync(SharedLab shared, LabHost host)
    {
        _kills["agent"]++;
        await shared.Bridge.KillAsync(host, "agent");
        await shared.Bridge.StartAgentAsync(host);
    }

    private async Task KillEngineAsync(SharedLab shared, LabHost host)
    {
        _kills["engine"]++;
        await _gates[host].WaitAsync(Cancel);
        try
        {
            await RestartKilledAsync(shared, host);
        }
        finally
        {
            _gates[host].Release();
        }
    }

    /// <summary>A killed engine's containers end when it starts again.</summary>
    private async Task RestartKilledAsync(SharedLab shared, LabHost host)
    {
        await host.Engine.KillAsync(Cancel);
        var here = _live.Values.Where(live => live.Container.Host == host).ToList();
        foreach (var live in here)
            _live.TryRemove(live.Address, out _);
        await host.Engine.StartAsync(Cancel);
        foreach (var live in here.Where(live => !live.Stays))
            await host.ExecAsync(["docker", "rm", "--force", live.Container.Id], Cancel);
        foreach (var live in here.Where(live => live.Stays))
        {
            var address = await AddressAgainAsync(shared, live);
            var again = live with { Address = address, NetworkNamespace = await live.Container.NetworkNamespaceAsync(Cancel) };
            Assert.True(_live.TryAdd(address, again), $"{live.Container.Name} on {host.Name} came back with {address}, which {_live.GetValueOrDefault(address)?.Container.Name} holds");
        }
    }

    /// <summary>
    /// The address that a container has when its restart policy has brought it back. Engine 26.1 may give that up after a kill ("failed to start swarm
    /// container: network not found", while it still restores its networks), and does not try again: then it is started as an operator would.
    /// </summary>
    private async Task<IPAddress> AddressAgainAsync(SharedLab shared, Live live)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var address = IPAddress.None;
        await Wait.UntilAsync(
            async () =>
            {
                var text = await live.Container.Host.ExecAsync(
                    ["docker", "inspect", "--format", $$$"""{{with index .NetworkSettings.Networks "{{{shared.Name}}}"}}{{.IPAddress}}{{end}}""", live.Container.Id], Cancel);
                if (IPAddress.TryParse(text.Output.Trim(), out address!))
                    return true;
                if (TimeProvider.System.GetElapsedTime(begun) > RestartLimit)
                {
                    begun = TimeProvider.System.GetTimestamp();
                    _refusals.Enqueue($"{live.Container.Name} on {live.Container.Host.Name} was not restarted by its engine");
                    await live.Container.Host.ExecAsync(["docker", "start", live.Container.Id], Cancel);
                }
                return false;
            },
            Limit, $"{live.Container.Name} running again on {live.Container.Host.Name}", Cancel);
        return address;
    }

    private Task AllTalkAsync(PairTimes times) =>
        times.MeasureAsync([.. _live.Values.Select(live => new PairTimes.Peer(live.Container, live.Address, live.NetworkNamespace))]);

    /// <summary>Without a control node what talks goes on talking; what changed meanwhile is caught up when it is back.</summary>
    private async Task ControlIsAwayAsync(SharedLab shared)
    {
        var (away, back) = (new PairTimes(), new PairTimes());
        // Its engine may have been killed last of all, and have nothing else that may end.
        var leaving = await AddAsync(shared, fixture.Lab.LegacyHosts[1], "leaving");
        await shared.Bridge.KillAsync(fixture.Lab.Kv, "control");
        await AllTalkAsync(away);
        await AddAsync(shared, fixture.Lab.LegacyHosts[0], "meanwhile");
        await AddAsync(shared, fixture.Lab.SwarmHosts[1], "meanwhile");
        await EndAsync(leaving);
        await shared.Bridge.StartControlAsync();
        await AllTalkAsync(back);
        TestContext.Current.TestOutputHelper!.WriteLine($"without a control node: {away}\nafter its return: {back}");
    }

    private async Task NothingRemainsAsync(SharedLab shared, IPNetwork subnet)
    {
        var gone = _live.Values.Where(live => !live.Container.Host.IsLegacy).ToList();
        await Task.WhenAll(gone.Select(EndAsync));
        await shared.UnexposeAsync();

        var legacy = _live.Values.Select(live => live.Address).ToHashSet();
        var vteps = fixture.Lab.SwarmHosts.Select(host => host.Address).ToHashSet();
        foreach (var host in fixture.Lab.LegacyHosts)
        {
            var overlay = host.OverlayNamespace(shared.LegacyId);
            Assert.DoesNotContain(await overlay.ForwardingAsync(Cancel), entry => entry.State == "permanent" && vteps.Contains(entry.Vtep));
            // An engine that was killed keeps neighbours of its own side for good; ours are those of the fence.
            Assert.DoesNotContain(await overlay.NeighboursAsync(Cancel), entry => entry.State == "PERMANENT" && entry.Address.GetAddressBytes()[3] >= 128);
        }
        foreach (var host in fixture.Lab.SwarmHosts)
            await Wait.UntilAsync(
                async () => !(await host.DockerAsync(["network", "ls", "--format", "{{.Name}}"], Cancel)).Split('\n').Contains(shared.Name), Limit, $"no network {shared.Name} on {host.Name}", Cancel);
        await BitmapIsOfAsync(shared, subnet, legacy);
        await RecordsAreOfAsync(legacy, shared.LegacyId);
        var listed = await shared.CommandAsync("network", "ls", "-o", "json");
        Assert.All(
            JsonDocument.Parse(listed.Output).RootElement.GetProperty("networks").EnumerateArray(), network => Assert.Equal(JsonValueKind.Null, network.GetProperty("exposure").ValueKind));
        await NamesAreGoneAsync(gone[0].Container.Name);
    }

    /// <summary>An engine that was killed cleans up after itself when it starts; not a bit of the fence, and no legacy container's missing.</summary>
    private static Task BitmapIsOfAsync(SharedLab shared, IPNetwork subnet, HashSet<IPAddress> legacy) => Wait.UntilAsync(
        async () =>
        {
            var bits = await shared.BitsAsync(subnet);
            return bits.CountSet(128, 254) == 0 && legacy.All(address => bits.IsSet(address.GetAddressBytes()[3]));
        },
        Limit, "a bitmap without the fence", Cancel);

    private async Task RecordsAreOfAsync(HashSet<IPAddress> legacy, string networkId)
    {
        using var consul = fixture.Lab.Consul!.CreateClient();
        var keys = JsonDocument.Parse(await consul.GetStringAsync($"/v1/kv/docker/network/v1.0/endpoint/{networkId}/?recurse", Cancel)).RootElement;
        foreach (var key in keys.EnumerateArray().Where(key => key.GetProperty("Value").ValueKind == JsonValueKind.String))
        {
            using var record = JsonDocument.Parse(key.GetProperty("Value").GetBytesFromBase64());
            var address = record.RootElement.GetProperty("ep_iface").GetProperty("addr").GetString()!.Split('/')[0];
            Assert.InRange(IPAddress.Parse(address).GetAddressBytes()[3], 0, 127); // whatever a kill left behind, it is none of swarm's
        }
        Assert.NotEmpty(legacy);
    }

    private async Task NamesAreGoneAsync(string name)
    {
        var host = fixture.Lab.LegacyHosts[0];
        var server = await host.DockerAsync(["network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", "docker_gwbridge"], Cancel);
        await Wait.UntilAsync(
            async () => (await _live.Values.First(live => live.Container.Host == host).Container.ExecAsync(Cancel, "nslookup", name, server)) is var answer &&
                $"{answer.Output}{answer.Error}".Contains("NXDOMAIN", StringComparison.Ordinal),
            Limit, $"{name} unknown on {host.Name}", Cancel);
    }

    /// <param name="Stays">It comes back by its restart policy.</param>
    private sealed record Live(LabContainer Container, IPAddress Address, string NetworkNamespace, bool Stays);
}
