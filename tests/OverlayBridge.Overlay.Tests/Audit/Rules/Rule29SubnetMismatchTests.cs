using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule29SubnetMismatchTests() : RuleTests(29)
{
    [Fact]
    public void Another_gateway_is_found()
    {
        var finding = Only(Healthy().Overlay(Web, o => o with { Subnets = [o.Subnets[0] with { Gateway = "10.60.0.9/24" }] }));
        Assert.Equal(Id(Web), finding.Subject);
        Assert.Equal([NetworkKey(Web), OverlayKey(Web)], finding.Keys);
        Assert.Contains("10.60.0.9/24", finding.Message);
    }

    [Fact]
    public void Another_order_too() =>
        Found(new StoreBuilder().Network("two", Subnet, "10.61.0.0/24").Overlay("two", o => o with { Subnets = [o.Subnets[1], o.Subnets[0]] }));

    [Fact]
    public void IPv6_pools_are_never_in_it() =>
        Silent(new StoreBuilder().Network(Web, Subnet, "fd00:60::/64").Endpoint(Web, "a"));
}
