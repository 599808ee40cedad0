using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule33FullPoolTests() : RuleTests(33)
{
    [Fact]
    public void A_full_pool_is_found() =>
        Assert.Contains("is full", Found(Healthy().Bitmap(Subnet, b => b.Set(0, 255))).Message);

    [Fact]
    public void A_full_range_is_found() =>
        Assert.Equal(PoolId(Subnet) + "/10.60.0.64/30", Found(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/30").Endpoint(Web, "a").Endpoint(Web, "b").Endpoint(Web, "c")).Subject);

    [Fact]
    public void A_pool_with_one_free_address_is_not_full() =>
        Silent(Healthy().Bitmap(Subnet, b => b.Set(0, 255).Clear(9)));
}
