using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule25DuplicateAddressTests() : RuleTests(25)
{
    [Fact]
    public void One_address_of_two_endpoints_is_found_with_both()
    {
        var finding = Only(Healthy().Endpoint(Web, "c", address: "10.60.0.2"));
        Assert.Equal((Address("10.60.0.2"), Web), (finding.Subject, finding.Network!.Name));
        Assert.Equal([EndpointKey(Web, "a"), EndpointKey(Web, "c")], finding.Keys);
        Assert.Equal([$"OB26 {Id(Web)} 02:42:0a:3c:00:02"], Explained(finding));
        Assert.Contains("Stop the youngest, c", finding.Repair);
    }

    [Fact]
    public void In_overlapping_pools_too() =>
        Assert.Contains("c (", Found(Healthy().Network("all", "10.60.0.0/16").Endpoint("all", "c", address: "10.60.0.2")).Message);

    [Fact]
    public void An_unknown_container_that_runs_with_it_counts()
    {
        var engine = Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"), (Web, "x", "10.60.0.2"));
        Assert.Equal(Address("10.60.0.2"), Found(Healthy(), engine).Subject);
    }

    [Fact]
    public void One_that_its_host_does_not_run_explains_it()
    {
        var engine = Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"));
        var findings = Audit(Healthy().Endpoint(Web, "c", address: "10.60.0.2"), engine);
        Assert.Equal("OB37", Assert.Single(findings).Rule);
        Assert.Contains("OB25 " + Address("10.60.0.2"), Explained(findings[0]));
    }

    [Fact]
    public void The_same_host_part_in_another_pool_is_another_address() =>
        Silent(Healthy().Network("db", "10.61.0.0/24").Endpoint("db", "a"));
}
