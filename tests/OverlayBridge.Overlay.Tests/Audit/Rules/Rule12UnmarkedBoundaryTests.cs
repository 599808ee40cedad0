namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule12UnmarkedBoundaryTests() : RuleTests(12)
{
    [Fact]
    public void A_free_network_address_is_found() =>
        Assert.Equal(Address("10.60.0.0"), Only(Healthy().Bitmap(Subnet, b => b.Clear(0))).Subject);

    [Fact]
    public void A_free_broadcast_address_is_found() =>
        Assert.Equal(Address("10.60.0.255"), Only(Healthy().Bitmap(Subnet, b => b.Clear(255))).Subject);

    [Fact]
    public void A_bitmap_made_anew_without_them_explains_the_other_free_addresses() =>
        Assert.Contains("OB10 " + Address("10.60.0.2"), Explained(Audit(Healthy().Bitmap(Subnet, b => b.Clear(0).Clear(2)))[0]));

    [Fact]
    public void IPv6_has_no_broadcast_address() =>
        Silent(new StoreBuilder().Network(Web, Subnet, "fd00:60::/120").Endpoint(Web, "a"));
}
