using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Stitching;

public sealed class StitchLoopTests : IAsyncDisposable
{
    private const string SwarmNetwork = "rfwp5v0t3l27e1hg1w3xzoir3";

    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;
    private readonly ModelNamespaces namespaces = new() { Network = Wanted.Network };
    private readonly KeyStore store = new();
    private readonly Background background = new();
    private readonly StitchLoop loop;

    public StitchLoopTests()
    {
        var options = new AgentOptions("h1", Wanted.Vtep(1), Path.Combine(folder, "netns"), folder, "0.1.0");
        var owned = new OwnedEntryFiles(Path.Combine(folder, "stitch"), "boot", NullLogger.Instance);
        var reports = new KeyPublisher(
            store, background.Absence, BridgeKeys.OfHost("h1") + "stitch/", static key => key is BridgeKey.Stitch, options.RecheckInterval, background.Time);
        background.Run(reports.RunAsync);
        loop = new StitchLoop(new Stitcher(namespaces, owned, background.Time, NullLogger.Instance), owned, options, reports, background.Time, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await background.DisposeAsync();
        namespaces.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>This host, h1, has the namespace of the legacy side; containers of the swarm side are on h2.</summary>
    private static BridgeState State(ExposureState exposure, params int[] swarmSide) => State(Wanted.Network, SwarmNetwork, exposure, swarmSide);

    /// <summary>The same with the namespace of the swarm side, the own one of the containers on h2.</summary>
    private static BridgeState OwnSide(ExposureState exposure, params int[] swarmSide) => State("0123", Wanted.Network, exposure, swarmSide);

    /// <summary>The same with the namespace of the legacy side, which is that of the containers on h2, too.</summary>
    private static BridgeState LegacySide(ExposureState exposure, params int[] legacySide)
    {
        var state = State(exposure, legacySide);
        return state with { Attachments = [.. state.Attachments.Select(one => one with { Attachment = one.Attachment with { NetworkId = Wanted.Network } })] };
    }

    private static BridgeState State(string legacyNetwork, string swarmNetwork, ExposureState exposure, int[] swarmSide) => new(
        BridgeState.Empty.Hosts
            .Add("h1", Host("h1", Wanted.Vtep(1)))
            .Add("h2", Host("h2", Wanted.Vtep(2))),
        [
            .. swarmSide.Select(n => new HostAttachment("h2", new AttachmentRecord(
                swarmNetwork, "appnet", $"e{n}", $"c{n}", $"box{n}", new InterfaceAddress(Wanted.Address(n), 24), Wanted.Mac(n), []))),
        ],
        [
            new ExposureRecord(
                "appnet", legacyNetwork, swarmNetwork, IPNetwork.Parse("10.60.0.0/24"), null, IPNetwork.Parse("10.60.0.128/25"), 256, swarmNetwork == SwarmNetwork ? 4097u : 256u,
                "consul://h:8500",
                exposure, DateTimeOffset.UnixEpoch),
        ]);

    private static HostRecord Host(string name, IPAddress vtep) => new(
        name, "", "", vtep, null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "");

    private bool Has(params int[] endpoints) =>
        namespaces.Kernel is { } kernel &&
        kernel.Tables().Forwardings.Select(f => (f.MacAddress, f.Vtep, f.Vni)).ToHashSet()
            .SetEquals(endpoints.Select(n => (Wanted.Mac(n), Wanted.Vtep(2), (uint?)4097)));

    private bool HasMarked(params int[] endpoints) =>
        namespaces.Kernel!.Tables().Forwardings.Where(f => f.IsMarked).Select(f => (f.MacAddress, f.Vtep, f.Vni)).ToHashSet()
            .SetEquals(endpoints.Select(n => (Wanted.Mac(n), Wanted.Vtep(2), (uint?)null)));

    private StitchReport? Report(string network) => store[BridgeKeys.Stitch("h1", network)] is { } json
        ? BridgeRecords.Decode<StitchReport>("", System.Text.Encoding.UTF8.GetBytes(json))
        : null;

    [Fact]
    public async Task What_the_store_says_is_programmed_without_the_clock_moving_and_reported()
    {
        background.Run(loop.RunAsync);
        loop.Use(State(ExposureState.Active, 3));
        await background.AtOnceAsync(() => Has(3));
        loop.Use(State(ExposureState.Active, 3, 4));
        await background.AtOnceAsync(() => Has(3, 4));
        await background.AtOnceAsync(() => Report(Wanted.Network) is { Desired: 2, Programmed: 2, Error: null });
        loop.Use(State(ExposureState.Retracting, 3, 4));
        await background.AtOnceAsync(() => Has());
        await background.AtOnceAsync(() => Report(Wanted.Network) is { Desired: 0, Programmed: 0 });
        loop.Use(State(ExposureState.Retracting) with { Exposures = [] });
        await background.AtOnceAsync(() => Report(Wanted.Network) is null);
    }

    [Fact]
    public async Task A_network_that_this_host_has_not_is_not_reported()
    {
        background.Run(loop.RunAsync);
        loop.Use(State(ExposureState.Active, 3));
        await background.AtOnceAsync(() => Report(Wanted.Network) is not null);
        Assert.Null(Report(SwarmNetwork));
        loop.Use([SwarmNetwork]);
        await background.AtOnceAsync(() => Report(SwarmNetwork) is { Namespace: null });
    }

    [Fact]
    public async Task A_namespace_that_comes_later_is_programmed_as_soon_as_it_is_one()
    {
        var kernel = namespaces.Kernel;
        namespaces.Kernel = null;
        loop.Use([Wanted.Network]);
        background.Run(loop.RunAsync);
        loop.Use(State(ExposureState.Active, 3));
        await background.AtOnceAsync(() => Report(Wanted.Network) is { Namespace: null, Desired: 1 });
        namespaces.Kernel = kernel;
        var before = background.Time.GetUtcNow();
        await background.UntilAsync(() => Has(3));
        Assert.InRange(background.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_others_remove_comes_back_though_nobody_tells()
    {
        background.Run(loop.RunAsync);
        loop.Use(State(ExposureState.Active, 3));
        await background.AtOnceAsync(() => Has(3));
        namespaces.Kernel!.Clear();
        await background.UntilAsync(() => Has(3));
    }

    [Fact]
    public async Task What_a_swarms_engine_has_not_yet_of_its_own_side_is_there_at_once_and_left_to_it_when_the_bridge_leaves()
    {
        background.Run(loop.RunAsync);
        loop.Use(OwnSide(ExposureState.Active, 130, 131));
        await background.AtOnceAsync(() => HasMarked(130, 131));
        await background.AtOnceAsync(() => Report(Wanted.Network) is { Desired: 0, Programmed: 0, Error: null });
        loop.Use(OwnSide(ExposureState.Active, 130));
        await background.AtOnceAsync(() => HasMarked(130));
        loop.Use(OwnSide(ExposureState.Retracting, 130));
        await background.AtOnceAsync(() => HasMarked() && namespaces.Kernel!.Tables().Forwardings.Length == 1);
    }

    [Fact]
    public async Task What_leads_back_to_this_host_in_a_legacy_network_is_put_right_though_nobody_tells_and_removed_when_the_bridge_leaves()
    {
        background.Run(loop.RunAsync);
        loop.Use(LegacySide(ExposureState.Active, 3));
        await background.AtOnceAsync(() => Report(Wanted.Network) is { Desired: 0, Error: null });
        for (var i = 0; i < 8; i++)
        {
            namespaces.Kernel!.SetByEngine(new(Wanted.Address(3), Wanted.Mac(3)), new(Wanted.Mac(3), Wanted.Vtep(1), null));
            await background.UntilAsync(() => namespaces.Kernel!.Tables().Forwardings.Single() is { IsMarked: true } entry && entry.Vtep.Equals(Wanted.Vtep(2)));
        }
        loop.Use(LegacySide(ExposureState.Retracting, 3));
        await background.AtOnceAsync(() => namespaces.Kernel!.Tables() is { Neighbours.Length: 1, Forwardings.Length: 0 });
    }

    [Fact]
    public async Task What_a_swarms_engine_removes_too_late_comes_back_though_nobody_tells()
    {
        background.Run(loop.RunAsync);
        loop.Use(OwnSide(ExposureState.Active, 130));
        for (var i = 0; i < 8; i++)
        {
            await background.UntilAsync(() => HasMarked(130));
            namespaces.Kernel!.Clear();
        }
        await background.UntilAsync(() => HasMarked(130));
    }

    [Fact]
    public void Peers_are_looked_at_soon_after_a_change_then_each_two_seconds_and_less_often_where_a_look_takes_long_or_the_change_is_long_ago()
    {
        var longest = TimeSpan.FromSeconds(10);
        var (quick, slow) = (TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(100));
        var pauses = new List<double>();
        var since = TimeSpan.Zero;
        for (var pause = TimeSpan.FromSeconds(2); pauses.Count < 6; since += pause)
        {
            pause = StitchLoop.PeerPause(since, pause, quick, longest);
            pauses.Add(pause.TotalSeconds);
        }
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 2, 2], pauses);
        Assert.Equal(5, StitchLoop.PeerPause(TimeSpan.Zero, longest, slow, longest).TotalSeconds);
        Assert.Equal(10, StitchLoop.PeerPause(since, longest, TimeSpan.FromSeconds(3), longest).TotalSeconds);
        Assert.Equal(2, StitchLoop.PeerPause(TimeSpan.FromSeconds(90), longest, quick, longest).TotalSeconds);
        Assert.Equal(longest, StitchLoop.PeerPause(TimeSpan.FromSeconds(121), TimeSpan.FromSeconds(2), quick, longest));
    }

    [Fact]
    public async Task Before_the_store_has_answered_nothing_is_removed_for_nothing_is_known()
    {
        var options = new AgentOptions("h1", Wanted.Vtep(1), Path.Combine(folder, "netns"), folder, "0.1.0");
        var owned = new OwnedEntryFiles(Path.Combine(folder, "stitch"), "boot", NullLogger.Instance);
        // What an agent before this one left behind.
        await new Stitcher(namespaces, owned, background.Time, NullLogger.Instance).ApplyAsync(Wanted.Table(Wanted.Entry(3, host: 2, vni: 4097)));
        Assert.True(Has(3));

        background.Run(loop.RunAsync);
        loop.Touch();
        loop.Use([Wanted.Network]);
        for (var i = 0; i < 200; i++)
        {
            background.Time.Advance(options.HealInterval);
            await Task.Yield();
        }
        Assert.True(Has(3));

        loop.Use(BridgeState.Empty);
        await background.AtOnceAsync(() => Has());
    }
}
