using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule21MissingBitmapTests() : RuleTests(21)
{
    [Fact]
    public void A_pool_without_bitmap_is_found()
    {
        var finding = Only(Healthy().Delete(BitmapKey(Subnet)));
        Assert.Equal((PoolId(Subnet), true), (finding.Subject, finding.Repairable));
        Assert.Equal([PoolsKey, BitmapKey(Subnet)], finding.Keys);
        Assert.Contains("3 addresses", finding.Message);
    }

    [Fact]
    public void A_range_has_none_of_its_own() =>
        Silent(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26"));
}
