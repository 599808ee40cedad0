using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule18OrphanPoolTests() : RuleTests(18)
{
    [Fact]
    public void A_pool_that_no_network_uses_is_found_with_its_bits()
    {
        var store = new StoreBuilder().Network(Web, Subnet).Delete(NetworkKey(Web)).Delete(CountKey(Web)).Delete(OverlayKey(Web));
        var finding = Only(store);
        Assert.Equal((PoolId(Subnet), true), (finding.Subject, finding.Repairable));
        Assert.Equal([PoolsKey, BitmapKey(Subnet)], finding.Keys);
        Assert.Equal(["OB09 " + Address("10.60.0.1")], Explained(finding));
    }

    [Fact]
    public void An_unused_range_explains_its_master()
    {
        var store = new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Delete(NetworkKey(Web)).Delete(CountKey(Web)).Delete(OverlayKey(Web));
        var finding = Only(store);
        Assert.Equal(PoolId(Subnet) + "/10.60.0.64/26", finding.Subject);
        Assert.Contains("OB18 " + PoolId(Subnet), Explained(finding));
    }

    [Fact]
    public void A_master_used_through_a_range_is_used() =>
        Silent(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Endpoint(Web, "a"));

    [Fact]
    public void A_pool_in_creation_is_not_reported() =>
        NeedsRest(() => new StoreBuilder().Network(Web, Subnet).Delete(NetworkKey(Web)).Delete(CountKey(Web)).Delete(OverlayKey(Web)), _ => new StoreBuilder().Network(Web, Subnet));
}
