using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule22WrongReferenceCountTests() : RuleTests(22)
{
    [Fact]
    public void A_count_of_references_that_is_too_high_is_found() =>
        Assert.Contains("reference count of 3 and 1 user", Only(Healthy().Pools(Subnet, p => p with { RefCount = 3 })).Message);

    [Fact]
    public void One_that_is_too_low_too() =>
        Assert.Equal(PoolId(Subnet), Only(Healthy().Pools(Subnet, p => p with { RefCount = 0 })).Subject);

    [Fact]
    public void Ranges_count_for_their_master()
    {
        var store = () => new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Ranged("db", Subnet, "10.60.0.128/26").Network("all", Subnet);
        Silent(store());
        Assert.Contains("of 2 and 3 users", Found(store().Pools(Subnet, p => p with { RefCount = 2 })).Message);
    }

    [Fact]
    public void The_reference_of_a_lost_network_is_part_of_it() =>
        Assert.Contains("OB22 " + PoolId(Subnet), Explained(Assert.Single(Audit(Healthy().Network("db", Subnet).Delete(NetworkKey("db"))), f => f.Rule == "OB08")));
}
