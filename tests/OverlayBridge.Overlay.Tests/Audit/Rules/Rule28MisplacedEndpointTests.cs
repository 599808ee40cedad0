using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule28MisplacedEndpointTests() : RuleTests(28)
{
    [Fact]
    public void An_address_outside_the_pool_is_found_and_the_old_one_is_not_leaked()
    {
        var finding = Only(Healthy().Interface(Web, "a", f => f with { Address = "10.61.0.2/24" }));
        Assert.Equal(Endpoint(Web, "a"), finding.Subject);
        Assert.Equal(["OB09 " + Address("10.60.0.2"), "OB27 " + Endpoint(Web, "a")], Explained(finding));
    }

    [Fact]
    public void So_is_another_length() =>
        Assert.Contains("prefix length", Only(Healthy().Interface(Web, "a", f => f with { Address = "10.60.0.2/16" })).Message);

    [Fact]
    public void And_another_networks_pool() =>
        Assert.Contains("none of the network's pools", Only(Healthy().Network("db", "10.61.0.0/24").Interface(Web, "a", f => f with { V4PoolId = PoolId("10.61.0.0/24") })).Message);

    [Fact]
    public void An_address_outside_the_range_is_in_the_master() =>
        Silent(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Endpoint(Web, "a", address: "10.60.0.9"));
}
