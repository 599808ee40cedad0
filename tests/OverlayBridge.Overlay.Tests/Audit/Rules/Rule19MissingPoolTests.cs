using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule19MissingPoolTests() : RuleTests(19)
{
    [Fact]
    public void A_pool_that_is_not_listed_is_found_and_its_bitmap_no_orphan()
    {
        var finding = Only(Healthy().Pools(p => p.Remove(PoolId(Subnet))));
        Assert.Equal((PoolId(Subnet), Web), (finding.Subject, finding.Network!.Name));
        Assert.Equal([NetworkKey(Web), PoolsKey], finding.Keys);
        Assert.Equal(["OB20 " + PoolId(Subnet)], Explained(finding));
    }

    [Fact]
    public void Pools_that_are_all_gone_are_one_finding()
    {
        var finding = Only(Healthy().Network("db", "10.61.0.0/24").Delete(PoolsKey));
        Assert.Equal(PoolsKey, finding.Subject);
        Assert.Equal(2, finding.Explains.Count(e => e.Rule == "OB19"));
    }

    [Fact]
    public void A_missing_range_is_not_its_master() =>
        Assert.Equal(PoolId(Subnet) + "/10.60.0.64/26", Only(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Pools(p => p.Remove(PoolId(Subnet) + "/10.60.0.64/26"))).Subject);

    [Fact]
    public void Without_readable_pools_nothing_is_known() =>
        Silent(Healthy().Cut(PoolsKey, 20));

    [Fact]
    public void Another_IPAM_lists_none() =>
        Silent(Healthy().Network(Web, n => n with { IpamType = "weave" }).Pools(p => p.Clear()));
}
