using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>Names of other hosts' containers, which a swarm's engine hears of by gossip and at times late.</summary>
public sealed class SwarmNamesTests : IAsyncDisposable
{
    private const string SwarmId = "legacy1-id";

    private static readonly IPAddress Web = IPAddress.Parse("10.77.0.20");

    private readonly MovableEngine engine = new(new MovableEngine.Fleet(), "e1", "20.10.5", "active");
    private readonly KeyStore store = new();
    private readonly Background background = new();
    private readonly List<string> asked = [];
    private readonly List<string> told = [];
    private Func<string, ImmutableArray<IPAddress>> knows = static _ => [Web];

    public SwarmNamesTests()
    {
        engine.Add(Moving.Sample.Container());
        store.Set(BridgeKeys.Exposure("legacy"), BridgeRecords.Encode(new ExposureRecord(
            Moving.Sample.Network, "legacy", SwarmId, IPNetwork.Parse("10.77.0.0/24"), null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Finished, default)));
        Attach("h2", SwarmId, "web");
    }

    public async ValueTask DisposeAsync()
    {
        await background.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task Where_the_engine_knows_all_nothing_is_waited_for_and_nothing_is_said()
    {
        Assert.Empty(await AwaitAsync());
        Assert.Equal(["web"], asked);
    }

    [Fact]
    public async Task A_name_that_comes_late_is_waited_for()
    {
        knows = _ => asked.Count < 40 ? [] : [Web];
        Assert.Empty(await AwaitAsync());
        Assert.Equal(40, asked.Count);
        Assert.Contains("Waiting until the swarm knows by name: web on h2", told);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_is_not_known()
    {
        knows = _ => asked.Count < 3 ? [IPAddress.Parse("10.77.0.99")] : [Web];
        Assert.Empty(await AwaitAsync());
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task What_stays_unknown_is_told_and_does_not_hold_the_end_up()
    {
        Attach("h3", SwarmId, "worker");
        knows = static name => name == "web" ? throw new SocketException((int)SocketError.ConnectionRefused) : [Web];
        Assert.Equal(["Leave though this host's engine does not know by name: web on h2. If it stays so, restart the engine when it suits"], await AwaitAsync());
    }

    [Fact]
    public async Task Names_of_this_host_of_other_networks_and_those_that_are_none_are_not_asked_for()
    {
        Attach("h1", SwarmId, "own");
        Attach("h3", "elsewhere", "stranger");
        Attach("h3", SwarmId, new string('x', 64));
        Assert.Empty(await AwaitAsync());
        Assert.Equal(["web"], asked);
    }

    [Fact]
    public async Task Without_a_container_here_nobody_needs_a_name()
    {
        engine[Moving.Sample.Id].State = "exited";
        Assert.Empty(await AwaitAsync());
        Assert.Empty(asked);
    }

    private void Attach(string host, string network, string name) => store.Set(
        BridgeKeys.Attachment(host, network, $"endpoint-{name}"), BridgeRecords.Encode(new AttachmentRecord(
            network, Moving.Sample.Network, $"endpoint-{name}", $"container-{name}", name, new InterfaceAddress(Web, 24), PhysicalAddress.Parse("02420A4D0014"), [])));

    private async Task<IReadOnlyList<string>> AwaitAsync()
    {
        var run = RetireRun.Of(told: progress => told.Add(progress.Activity));
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", Path.GetTempPath(), "test");
        var tools = new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, new FakeDevices(), options, background.Time, NullLogger.Instance)
        {
            ResolveAsync = (_, name, _) =>
            {
                lock (asked)
                    asked.Add(name);
                return Task.FromResult(knows(name));
            },
        };
        var waiting = new SwarmNames(tools).AwaitAsync(run, TestContext.Current.CancellationToken);
        await background.UntilAsync(() => waiting.IsCompleted);
        await waiting;
        return run.Changes;
    }
}
