using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Publishing;

public sealed class HostKeysTests
{
    private static readonly AgentOptions Options = new("h1", IPAddress.Parse("172.31.0.1"), "/run/docker/netns", "/data", "0.1.0");
    private static readonly DateTimeOffset Since = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly EngineNetwork AppNet = new(
        "n1", "appnet", "overlay", "global", false, [IPNetwork.Parse("10.60.0.0/24")], IPAddress.Parse("10.60.0.1"), [], Since);

    private static readonly EngineContainer Db = new(
        "c1", "shop_db_1", "bb", "running",
        ImmutableSortedDictionary<string, string>.Empty.Add("com.docker.compose.service", "db").Add("password", "secret"),
        [
            new EngineEndpoint("n1", "appnet", "e1", IPAddress.Parse("10.60.0.3"), 24, PhysicalAddress.Parse("02:42:0a:3c:00:03"), ["db"]),
            new EngineEndpoint("b1", "bridge", "e2", IPAddress.Parse("172.17.0.2"), 16, PhysicalAddress.Parse("02:42:ac:11:00:02"), []),
        ]);

    private static readonly HostView View = new(
        new EngineInfo("ID", "h1", "20.10.5", "", "inactive", false),
        IsUp: true,
        IsComplete: true,
        ImmutableSortedDictionary<string, EngineContainer>.Empty.Add("c1", Db).Add("c2", Db.Exited() with { Id = "c2" }),
        ImmutableSortedDictionary<string, EngineNetwork>.Empty.Add("n1", AppNet).Add("b1", AppNet with { Id = "b1", Driver = "bridge" }));

    private static T Record<T>(DesiredKeys keys, string key)
        where T : IBridgeRecord<T> => BridgeRecords.Decode<T>(key, keys.Values[key].Span);

    [Fact]
    public void A_view_gives_the_host_its_containers_its_overlays_and_their_attachments_and_no_more() =>
        Assert.Equal(
            [
                "overlaybridge/v1/hosts/h1", "overlaybridge/v1/hosts/h1/attachments/n1/e1", "overlaybridge/v1/hosts/h1/containers/c1",
                "overlaybridge/v1/hosts/h1/containers/c2", "overlaybridge/v1/hosts/h1/networks/n1",
            ],
            HostKeys.For(View, Options, Since).Values.Keys);

    [Fact]
    public void Every_key_made_is_owned_by_its_host_and_by_no_other()
    {
        Assert.All(HostKeys.For(View, Options, Since).Values.Keys, key => Assert.True(HostKeys.Owns(BridgeKeys.TryParse(key), "h1")));
        Assert.All(HostKeys.For(View, Options, Since).Values.Keys, key => Assert.False(HostKeys.Owns(BridgeKeys.TryParse(key), "h2")));
        Assert.False(HostKeys.Owns(BridgeKeys.TryParse(BridgeKeys.Heartbeat("h1")), "h1"));
        Assert.False(HostKeys.Owns(BridgeKeys.TryParse(BridgeKeys.Stitch("h1", "n1")), "h1"));
    }

    [Fact]
    public void An_attachment_says_whose_it_is_and_where()
    {
        var attachment = Record<AttachmentRecord>(HostKeys.For(View, Options, Since), BridgeKeys.Attachment("h1", "n1", "e1"));
        Assert.Equal(
            new AttachmentRecord("n1", "appnet", "e1", "c1", "shop_db_1", InterfaceAddress.Parse("10.60.0.3/24"), PhysicalAddress.Parse("02:42:0a:3c:00:03"), ["db"]),
            attachment);
    }

    [Fact]
    public void Labels_that_name_no_service_stay_on_the_host() =>
        Assert.Equal(
            ["com.docker.compose.service"],
            Record<ContainerRecord>(HostKeys.For(View, Options, Since), BridgeKeys.Container("h1", "c1")).Labels.Keys);

    [Fact]
    public void While_the_engine_is_down_the_host_record_says_so_and_the_rest_is_what_was_last_known()
    {
        var up = HostKeys.For(View, Options, Since);
        var down = HostKeys.For(View with { IsUp = false }, Options, Since);
        Assert.Equal(EngineState.Down, Record<HostRecord>(down, BridgeKeys.Host("h1")).Engine);
        Assert.Equal(HostState.Up, Record<HostRecord>(down, BridgeKeys.Host("h1")).State);
        Assert.Equal(up.Values.Keys, down.Values.Keys);
    }

    [Fact]
    public void A_view_that_is_not_complete_makes_a_wish_that_deletes_nothing()
    {
        var keys = HostKeys.For(HostView.Unknown, Options, Since);
        Assert.False(keys.IsComplete);
        Assert.Equal(["overlaybridge/v1/hosts/h1"], keys.Values.Keys);
        Assert.Null(Record<HostRecord>(keys, BridgeKeys.Host("h1")).Swarm);
    }
}
