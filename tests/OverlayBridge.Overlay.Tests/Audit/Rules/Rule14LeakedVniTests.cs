using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule14LeakedVniTests() : RuleTests(14)
{
    [Fact]
    public void A_VNI_that_no_network_has_is_found()
    {
        var finding = Only(Healthy().Vnis(b => b.Set(44)));
        Assert.Equal(("300", true), (finding.Subject, finding.Repairable));
        Assert.Equal([VniKey], finding.Keys);
    }

    [Fact]
    public void Several_are_one_finding() =>
        Assert.Equal(["OB14 300", "OB14 301"], Explained(Only(Healthy().Vnis(b => b.Set(44, 45)))));

    [Fact]
    public void One_that_may_be_of_an_unreadable_network_is_not_accused() =>
        Assert.DoesNotContain(Audit(Healthy().Cut(NetworkKey(Web), 10).Delete(OverlayKey(Web))), f => f.Rule == "OB14");

    [Fact]
    public void A_bitmap_full_of_them_is_a_range() =>
        Assert.StartsWith("257-", Found(Healthy().Vnis(b => b.Set(0, 16776959))).Subject);

    [Fact]
    public void A_VNI_between_its_bit_and_its_overlay_record_is_not_reported() =>
        NeedsRest(() => Healthy().Vnis(b => b.Set(1)), _ => Healthy().Network("db", "10.61.0.0/24").Endpoint("db", "c"));
}
