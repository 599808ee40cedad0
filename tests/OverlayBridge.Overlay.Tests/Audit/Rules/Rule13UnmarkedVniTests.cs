using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule13UnmarkedVniTests() : RuleTests(13)
{
    [Fact]
    public void A_VNI_in_use_that_is_free_in_the_bitmap_is_found()
    {
        var finding = Only(Healthy().Vnis(b => b.Clear(0)));
        Assert.Equal(("256", true), (finding.Subject, finding.Repairable));
        Assert.Equal([VniKey, OverlayKey(Web)], finding.Keys);
    }

    [Fact]
    public void A_missing_bitmap_is_one_finding()
    {
        var finding = Only(Healthy().Network("db", "10.61.0.0/24").Endpoint("db", "c").Delete(VniKey));
        Assert.Equal((VniKey, 2), (finding.Subject, finding.Explains.Length));
    }

    [Fact]
    public void A_VNI_below_256_has_no_bit() =>
        Silent(Healthy().Vnis(b => b.Clear(0)).Overlay(Web, o => o with { Subnets = [o.Subnets[0] with { Vni = 99 }] }));

    [Fact]
    public void A_subnet_without_a_VNI_needs_none() =>
        Silent(new StoreBuilder().Network(Web, Subnet));
}
