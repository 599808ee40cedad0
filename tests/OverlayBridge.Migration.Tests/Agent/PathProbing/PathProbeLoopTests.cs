using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.PathProbing;

/// <summary>Two agents that probe each other over a wire in memory, which loses what a test wants lost.</summary>
public sealed class PathProbeLoopTests : IAsyncDisposable
{
    private const string LegacyId = "1234567890123456789012345678901234567890123456789012345678901234";
    private const string SwarmId = "swarmnetworkid00000000001";

    private static readonly IPNetwork Subnet = IPNetwork.Parse("10.60.0.0/24");

    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly Wire wire = new();

    [Fact]
    public async Task Each_agent_tells_what_it_has_and_what_it_heard()
    {
        Start("h1", LegacyId);
        Start("h3", SwarmId);
        Request("one");

        await background.UntilAsync(() => Report("h1") is { IsDone: true } && Report("h3") is { IsDone: true });

        var report = Report("h1")!;
        Assert.Equal(("one", 1500), (report.RequestId, report.UplinkMtu));
        Assert.Equal([new ProbedDevice(LegacyId, Subnet, "1-h1", "vxlan0", 256, 1450)], report.Devices);
        Assert.Equal(["10.60.0.0/16 dev eth9"], report.Routes);
        Assert.Equal([new ProbeSent("h3", Subnet, PathProbeRun.Rounds)], report.Sent);
        Assert.Equal([new ProbeHeard("h3", Subnet, PathProbeRun.Rounds, PathProbeRun.Rounds)], report.Heard);
        Assert.Empty(report.Problems);
        Assert.All(wire.Devices, device => Assert.True(device.IsClosed));
    }

    [Fact]
    public async Task Lost_probes_are_missed_within_a_bounded_time()
    {
        wire.Loses = (from, isFull) => from == "h1" || isFull;
        Start("h1", LegacyId);
        Start("h3", SwarmId);
        Request("one");
        var begun = background.Time.GetUtcNow();

        await background.UntilAsync(() => Report("h1") is { IsDone: true } && Report("h3") is { IsDone: true });

        Assert.Equal([new ProbeHeard("h3", Subnet, PathProbeRun.Rounds, 0)], Report("h1")!.Heard);
        Assert.Empty(Report("h3")!.Heard);
        Assert.InRange(background.Time.GetUtcNow() - begun, PathProbeRun.Longest, PathProbeRun.Longest * 2);
    }

    [Fact]
    public async Task A_request_is_answered_once_and_its_answer_goes_with_it()
    {
        Start("h1", LegacyId);
        Request("one");
        await background.UntilAsync(() => Report("h1") is { IsDone: true });
        var opened = wire.Devices.Count;

        store.Remove(BridgeKeys.PathProbe(LegacyId));
        await background.UntilAsync(() => Report("h1") is null);
        Request("two");
        await background.UntilAsync(() => Report("h1") is { IsDone: true, RequestId: "two" });

        Assert.Equal(2 * opened, wire.Devices.Count);
    }

    [Fact]
    public async Task A_network_that_is_not_exposed_is_not_probed()
    {
        Start("h1", LegacyId, ExposureState.Retracting);
        Request("one");
        Request("other", "f" + LegacyId[1..]);

        await background.UntilAsync(() => background.Time.GetUtcNow() > DateTimeOffset.Parse("2000-01-01T00:00:05Z", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Empty(wire.Devices);
        Assert.Null(Report("h1"));
    }

    public ValueTask DisposeAsync() => background.DisposeAsync();

    private void Start(string host, string network, ExposureState exposure = ExposureState.Active)
    {
        var options = new AgentOptions(host, IPAddress.Parse("172.31.0.1"), "/none", "/none", "1");
        var publisher = new KeyPublisher(
            store, background.Absence, BridgeKeys.OfHost(host) + "path-probe/", key => key is BridgeKey.HostPathProbe, TimeSpan.FromSeconds(60), background.Time);
        var loop = new PathProbeLoop(new WireProbes(wire, host, network), store, background.Absence, options, publisher, background.Time, NullLogger.Instance);
        loop.Use(State(exposure));
        background.Run(publisher.RunAsync);
        background.Run(loop.RunAsync);
    }

    private static BridgeState State(ExposureState exposure) => new(
        new[] { "h1", "h3" }.ToImmutableSortedDictionary(name => name, name => new HostRecord(name, "", "", IPAddress.Loopback, null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "")),
        [Attached("h1", LegacyId, "10.60.0.2"), Attached("h3", SwarmId, "10.60.0.128")],
        [new("appnet", LegacyId, SwarmId, Subnet, null, IPNetwork.Parse("10.60.0.128/25"), 256, 256, "consul://h:8500", exposure, DateTimeOffset.UnixEpoch)]);

    private static HostAttachment Attached(string host, string network, string address) => new(host, new(
        network, "appnet", "e" + host, "c" + host, "box", InterfaceAddress.Parse($"{address}/24"), new PhysicalAddress([2, 66, .. IPAddress.Parse(address).GetAddressBytes()]), []));

    private void Request(string id, string network = LegacyId) =>
        store.Set(BridgeKeys.PathProbe(network), BridgeRecords.Encode(new PathProbeRequest(id, network, "test@h", DateTimeOffset.UnixEpoch)));

    private PathProbeReport? Report(string host) =>
        store[BridgeKeys.HostPathProbe(host, LegacyId)] is { } text ? BridgeRecords.Decode<PathProbeReport>("", System.Text.Encoding.UTF8.GetBytes(text)) : null;

    /// <summary>Brings each frame to all other devices.</summary>
    private sealed class Wire
    {
        private readonly Lock gate = new();

        public List<WireDevice> Devices { get; } = [];

        public Func<string, bool, bool> Loses { get; set; } = (_, _) => false;

        public WireDevice Open(string host)
        {
            lock (gate)
            {
                var device = new WireDevice(this, host);
                Devices.Add(device);
                return device;
            }
        }

        public void Carry(WireDevice from, ProbeFrame frame)
        {
            lock (gate)
                foreach (var device in Devices.Where(device => device != from && !device.IsClosed && !Loses(from.Host, frame.IsFull)))
                    device.Arrived.Enqueue(frame);
        }
    }

    private sealed class WireDevice(Wire wire, string host) : IProbeDevice
    {
        public System.Collections.Concurrent.ConcurrentQueue<ProbeFrame> Arrived { get; } = new();

        public string Host => host;

        public bool IsClosed { get; private set; }

        public VxlanLink Link { get; } = new(2, "vxlan0", 256, 1450);

        public string Namespace => "1-" + host;

        public bool IsGone => false;

        public string? Send(ReadOnlySpan<byte> frame)
        {
            wire.Carry(this, ProbeFrame.Decode(frame)!);
            return null;
        }

        public ProbeFrame? Receive() => Arrived.TryDequeue(out var frame) ? frame : null;

        public void Dispose() => IsClosed = true;
    }

    private sealed class WireProbes(Wire wire, string host, string network) : IPathProbes
    {
        public Task<ImmutableArray<IProbeDevice>> OpenAsync(string networkId) =>
            Task.FromResult<ImmutableArray<IProbeDevice>>(networkId == network ? [wire.Open(host)] : []);

        public Task<ImmutableArray<VxlanLink>> HostDevicesAsync() => Task.FromResult<ImmutableArray<VxlanLink>>([]);

        public int? MtuOf(IPAddress address) => 1500;

        public ImmutableArray<HostRoute> Routes() => [new(IPNetwork.Parse("10.60.0.0/16"), "eth9"), new(IPNetwork.Parse("10.99.0.0/16"), "eth9")];
    }
}
