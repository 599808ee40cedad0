using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule04MissingCountTests() : RuleTests(4)
{
    [Fact]
    public void A_network_without_a_count_is_found()
    {
        var finding = Only(Healthy().Delete(CountKey(Web)));
        Assert.Equal(Id(Web), finding.Subject);
        Assert.Equal([NetworkKey(Web), CountKey(Web)], finding.Keys);
    }

    [Fact]
    public void A_count_of_zero_is_one() =>
        Silent(new StoreBuilder().Network(Web, Subnet));
}
