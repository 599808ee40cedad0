using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule31MisplacedGatewayTests() : RuleTests(31)
{
    [Fact]
    public void A_gateway_outside_the_pool_is_found_and_explains_what_follows()
    {
        var finding = Only(Healthy().Network(Web, n => n with { IpamV4Info = [n.IpamV4Info[0] with { Gateway = "10.61.0.1/24" }] }));
        Assert.Equal(Address("10.61.0.1"), finding.Subject);
        Assert.Equal(["OB09 " + Address("10.60.0.1"), "OB29 " + Id(Web)], Explained(finding));
    }

    [Fact]
    public void A_gateway_that_a_container_has_is_found()
    {
        var finding = Only(Healthy().Endpoint(Web, "c", address: "10.60.0.1"));
        Assert.Equal(Address("10.60.0.1"), finding.Subject);
        Assert.Equal([NetworkKey(Web), EndpointKey(Web, "c")], finding.Keys);
    }

    [Fact]
    public void A_gateway_outside_the_range_is_in_the_master() =>
        Silent(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Bitmap(Subnet, b => b.Clear(64).Set(254)).Overlay(Web, o => o with { Subnets = [o.Subnets[0] with { Gateway = "10.60.0.254/24" }] }).Network(Web, n => n with { IpamV4Info = [n.IpamV4Info[0] with { Gateway = "10.60.0.254/24" }] }));
}
