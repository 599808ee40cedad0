using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule42UnfinishedRemovalTests() : RuleTests(42)
{
    [Fact]
    public void A_removal_that_did_not_end_is_one_finding()
    {
        var finding = Only(Healthy().Network(Web, n => n with { InDelete = true }).Delete(OverlayKey(Web)));
        Assert.Equal(Id(Web), finding.Subject);
        Assert.Equal(["OB14 256", "OB17 " + Id(Web)], Explained(finding));
    }

    [Fact]
    public void A_network_in_use_is_not_in_removal() =>
        Silent(Healthy());

    [Fact]
    public void A_removal_that_ends_between_the_reads_is_not_reported() =>
        NeedsRest(() => Healthy().Network(Web, n => n with { InDelete = true }), _ => new StoreBuilder());
}
