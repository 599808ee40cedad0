using OverlayBridge.Legacy.Records.Pools;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule23BrokenSubPoolTests() : RuleTests(23)
{
    private static string Range => PoolId(Subnet) + "/10.60.0.64/26";

    private static StoreBuilder Ranged() => new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26").Endpoint(Web, "a");

    [Fact]
    public void A_range_without_its_parent_is_found()
    {
        var finding = Found(Ranged().Pools(p => p.Remove(PoolId(Subnet))));
        Assert.Equal(Range, finding.Subject);
        Assert.Contains("is not listed", finding.Message);
    }

    [Fact]
    public void Each_field_is_compared_with_the_id()
    {
        string Message(Func<PoolEntry, PoolEntry> change) => Only(Ranged().Pools(Subnet + "/10.60.0.64/26", change)).Message;
        Assert.Contains("its pool is 10.61.0.0/24", Message(p => p with { Pool = "10.61.0.0/24" }));
        Assert.Contains("64 to 120", Message(p => p with { Range = p.Range! with { End = 120 } }));
        Assert.Contains("its range is missing", Message(p => p with { Range = null }));
        Assert.Contains("names the parent /", Message(p => p with { Parent = PoolParent.None }));
    }

    [Fact]
    public void A_name_that_is_no_pool_is_found_under_the_key() =>
        Assert.Equal(PoolsKey, Only(Healthy().Pools(p => p.Add("nonsense", p[PoolId(Subnet)]))).Subject);

    [Fact]
    public void Large_numbers_may_be_inexact()
    {
        string range = "fd00:60::/64/fd00:60:0:0:8000::/66";
        Silent(new StoreBuilder().Ranged(Web, "fd00:60::/64", "fd00:60:0:0:8000::/66").Pools(range, p => p with { Range = p.Range! with { End = 0xC000000000000000 } }));
    }
}
