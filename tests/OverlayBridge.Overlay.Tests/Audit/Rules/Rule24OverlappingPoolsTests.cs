using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule24OverlappingPoolsTests() : RuleTests(24)
{
    [Fact]
    public void A_pool_in_another_is_found()
    {
        var finding = Only(Healthy().Network("all", "10.60.0.0/16"));
        Assert.Equal((PoolId(Subnet), AuditSeverity.Error), (finding.Subject, finding.Severity));
        Assert.Contains(PoolId("10.60.0.0/16"), finding.Message);
    }

    [Fact]
    public void It_is_critical_when_one_host_has_containers_on_both() =>
        Assert.Equal(AuditSeverity.Critical, Only(Healthy().Network("all", "10.60.0.0/16").Endpoint("all", "c", address: "10.60.1.9")).Severity);

    [Fact]
    public void On_two_hosts_it_is_not() =>
        Assert.Equal(AuditSeverity.Error, Only(Healthy().Registered("10.0.0.2").Network("all", "10.60.0.0/16").Endpoint("all", "c", "10.0.0.2", "10.60.1.9")).Severity);

    [Fact]
    public void Neighbours_do_not_overlap() =>
        Silent(Healthy().Network("next", "10.60.1.0/24"));

    [Fact]
    public void A_range_lies_in_its_master() =>
        Silent(new StoreBuilder().Ranged(Web, Subnet, "10.60.0.64/26"));
}
