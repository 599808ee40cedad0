using CsCheck;

namespace OverlayBridge.Overlay.Records;

public sealed class BridgeKeysTests
{
    [Fact]
    public void Keys_are_those_of_the_contract()
    {
        Assert.Equal("overlaybridge/v1/hosts/h1", BridgeKeys.Host("h1"));
        Assert.Equal("overlaybridge/v1/heartbeats/h1", BridgeKeys.Heartbeat("h1"));
        Assert.Equal("overlaybridge/v1/hosts/h1/heartbeat", BridgeKeys.FormerHeartbeat("h1"));
        Assert.Equal("overlaybridge/v1/hosts/h1/containers/c", BridgeKeys.Container("h1", "c"));
        Assert.Equal("overlaybridge/v1/hosts/h1/networks/n", BridgeKeys.Network("h1", "n"));
        Assert.Equal("overlaybridge/v1/hosts/h1/attachments/n/e", BridgeKeys.Attachment("h1", "n", "e"));
        Assert.Equal("overlaybridge/v1/hosts/h1/stitch/n", BridgeKeys.Stitch("h1", "n"));
        Assert.Equal("overlaybridge/v1/exposures/n", BridgeKeys.Exposure("n"));
        Assert.Equal("overlaybridge/v1/sources/main", BridgeKeys.Follow("main"));
        Assert.Equal("overlaybridge/v1/takeover", BridgeKeys.Takeover);
        Assert.Equal("overlaybridge/v1/hosts/h1/takeover", BridgeKeys.HostTakeover("h1"));
        Assert.Equal("overlaybridge/v1/relays/n1/takeover", BridgeKeys.RelayTakeover("n1"));
    }

    [Fact]
    public void A_key_taken_apart_gives_the_parts_it_was_made_of() =>
        Gen.Select(SampleRecords.Segment, SampleRecords.Segment, SampleRecords.Segment).Sample((host, network, endpoint) =>
        {
            Assert.Equal(new BridgeKey.Host(host), BridgeKeys.TryParse(BridgeKeys.Host(host)));
            Assert.Equal(new BridgeKey.Heartbeat(host), BridgeKeys.TryParse(BridgeKeys.Heartbeat(host)));
            Assert.Equal(new BridgeKey.Container(host, endpoint), BridgeKeys.TryParse(BridgeKeys.Container(host, endpoint)));
            Assert.Equal(new BridgeKey.Network(host, network), BridgeKeys.TryParse(BridgeKeys.Network(host, network)));
            Assert.Equal(new BridgeKey.Attachment(host, network, endpoint), BridgeKeys.TryParse(BridgeKeys.Attachment(host, network, endpoint)));
            Assert.Equal(new BridgeKey.Stitch(host, network), BridgeKeys.TryParse(BridgeKeys.Stitch(host, network)));
            Assert.Equal(new BridgeKey.Exposure(network), BridgeKeys.TryParse(BridgeKeys.Exposure(network)));
            Assert.Equal(new BridgeKey.Follow(network), BridgeKeys.TryParse(BridgeKeys.Follow(network)));
            Assert.Equal(new BridgeKey.Probe(host, "stage.gate"), BridgeKeys.TryParse(BridgeKeys.Probe(host, "stage.gate")));
            Assert.Equal(new BridgeKey.ProbeReport(host, "stage.gate"), BridgeKeys.TryParse(BridgeKeys.ProbeReport(host, "stage.gate")));
            Assert.Equal(new BridgeKey.SwarmRequest(host), BridgeKeys.TryParse(BridgeKeys.SwarmRequest(host)));
            Assert.Equal(new BridgeKey.SwarmAnswer("m1", host), BridgeKeys.TryParse(BridgeKeys.SwarmAnswer("m1", host)));
            Assert.Equal(new BridgeKey.Conversion(host), BridgeKeys.TryParse(BridgeKeys.Conversion(host)));
            Assert.Equal(new BridgeKey.Moved(host, endpoint), BridgeKeys.TryParse(BridgeKeys.Moved(host, endpoint)));
            Assert.Equal(new BridgeKey.MoveRequest(host), BridgeKeys.TryParse(BridgeKeys.MoveRequest(host)));
            Assert.Equal(new BridgeKey.MoveAnswer("m1", host), BridgeKeys.TryParse(BridgeKeys.MoveAnswer("m1", host)));
            Assert.Equal(new BridgeKey.HostTakeover(host), BridgeKeys.TryParse(BridgeKeys.HostTakeover(host)));
            Assert.Equal(new BridgeKey.Relay(host), BridgeKeys.TryParse(BridgeKeys.Relay(host)));
            Assert.Equal(new BridgeKey.RelayTakeover(host), BridgeKeys.TryParse(BridgeKeys.RelayTakeover(host)));
            Assert.Equal(new BridgeKey.Takeover(), BridgeKeys.TryParse(BridgeKeys.Takeover));
            Assert.Equal(new BridgeKey.TakeoverProgress(), BridgeKeys.TryParse(BridgeKeys.TakeoverProgress));
            Assert.Equal(new BridgeKey.TakeoverAlarms(), BridgeKeys.TryParse(BridgeKeys.TakeoverAlarms));
        });

    [Theory]
    [InlineData("docker/network/v1.0/network/x/")]
    [InlineData("overlaybridge/v1/")]
    [InlineData("overlaybridge/v1/hosts/")]
    [InlineData("overlaybridge/v1/hosts/h1/")]
    [InlineData("overlaybridge/v1/hosts/h1/other/x")]
    [InlineData("overlaybridge/v1/hosts/h1/attachments/n")]
    [InlineData("overlaybridge/v1/hosts/h1/attachments/n/e/x/y/z/1/2")]
    [InlineData("overlaybridge/v1/hosts/../heartbeat")]
    public void A_key_that_is_none_of_ours_is_told_apart(string key) => Assert.Null(BridgeKeys.TryParse(key));

    [Fact]
    public void Any_text_can_be_asked_about() => Gen.String.Sample(text => BridgeKeys.TryParse(BridgeKeys.Root + text));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("ü")]
    public void A_part_that_would_change_the_meaning_of_a_key_is_refused(string segment) =>
        Assert.Throws<ArgumentException>(() => BridgeKeys.Host(segment));
}
