using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule05UnreadablePoolsTests() : RuleTests(5)
{
    [Fact]
    public void Pools_that_are_cut_off_are_found_and_nothing_that_depends_on_them()
    {
        var finding = Only(Healthy().Cut(PoolsKey, 30));
        Assert.Equal((PoolsKey, true), (finding.Subject, finding.Repairable));
        Assert.Empty(finding.Explains);
    }

    [Fact]
    public void Without_all_networks_readable_they_cannot_be_rebuilt() =>
        Assert.False(Found(Healthy().Cut(PoolsKey, 30).Cut(NetworkKey(Web), 100)).Repairable);

    [Fact]
    public void No_pools_at_all_are_no_fault() =>
        Silent(new StoreBuilder());
}
