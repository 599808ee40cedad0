using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule15DuplicateVniTests() : RuleTests(15)
{
    [Fact]
    public void One_VNI_in_two_networks_is_found()
    {
        var store = Healthy().Network("db", "10.61.0.0/24").Overlay("db", o => o with { Subnets = [o.Subnets[0] with { Vni = 256 }] });
        var finding = Only(store);
        Assert.Equal("256", finding.Subject);
        Assert.Equal(new[] { OverlayKey(Web), OverlayKey("db") }.Order(StringComparer.Ordinal), finding.Keys);
    }

    [Fact]
    public void Twice_in_one_network_too() =>
        Assert.Equal([OverlayKey("two")], Found(new StoreBuilder().Network("two", Subnet, "10.61.0.0/24").Overlay("two", o => o with { Subnets = [.. o.Subnets.Select(s => s with { Vni = 256 })] })).Keys);

    [Fact]
    public void No_VNI_yet_may_be_in_many() =>
        Silent(new StoreBuilder().Network(Web, Subnet).Network("db", "10.61.0.0/24"));
}
