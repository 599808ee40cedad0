using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule20OrphanBitmapTests() : RuleTests(20)
{
    [Fact]
    public void A_bitmap_whose_pool_is_not_listed_is_found()
    {
        var store = new StoreBuilder().Network("gone", Subnet);
        var finding = Only(Healthy().Put(BitmapKey("10.61.0.0/24"), store.Text(BitmapKey(Subnet)).Replace("10.60", "10.61")));
        Assert.Equal(PoolId("10.61.0.0/24"), finding.Subject);
        Assert.Equal([BitmapKey("10.61.0.0/24")], finding.Keys);
    }

    [Fact]
    public void Without_readable_pools_nothing_is_known() =>
        Silent(Healthy().Cut(PoolsKey, 20));
}
