using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule08RemnantTests() : RuleTests(8)
{
    [Fact]
    public void A_deleted_network_key_is_one_finding_with_all_that_follows()
    {
        var finding = Only(Healthy().Delete(NetworkKey(Web)));
        Assert.Equal((Id(Web), AuditSeverity.Warning, AuditSeverity.Error), (finding.Subject, finding.Severity, finding.Worst));
        Assert.Equal([CountKey(Web), .. new[] { EndpointKey(Web, "a"), EndpointKey(Web, "b") }.Order(StringComparer.Ordinal), OverlayKey(Web)], finding.Keys);
        Assert.Equal(4 + 1, finding.Explains.Length);
        Assert.Subset(Explained(finding).ToHashSet(), new HashSet<string> { $"OB08 {Endpoint(Web, "a")}", $"OB08 {Endpoint(Web, "b")}", $"OB16 {Id(Web)}", $"OB18 {PoolId(Subnet)}" });
        Assert.False(finding.Repairable);
    }

    [Fact]
    public void Without_endpoints_it_is_repairable() =>
        Assert.True(Only(new StoreBuilder().Network(Web, Subnet).Delete(NetworkKey(Web))).Repairable);

    [Fact]
    public void Its_IPv6_pool_is_known_from_its_endpoints() =>
        Assert.Contains("OB18 " + PoolId("fd00:60::/64"), Explained(Only(new StoreBuilder().Network(Web, Subnet, "fd00:60::/64").Endpoint(Web, "a").Delete(NetworkKey(Web)))));

    [Fact]
    public void An_endpoint_alone_is_a_remnant()
    {
        var store = Healthy();
        var finding = Only(new StoreBuilder().Put(EndpointKey(Web, "a"), store.Text(EndpointKey(Web, "a"))));
        Assert.Equal([$"OB08 {Endpoint(Web, "a")}"], Explained(finding));
    }

    [Fact]
    public void A_network_that_cannot_be_read_is_there() =>
        Silent(Healthy().Cut(NetworkKey(Web), 10));

    [Fact]
    public void A_network_in_creation_is_not_reported() =>
        NeedsRest(() => new StoreBuilder().Network(Web, Subnet).Delete(NetworkKey(Web)), _ => new StoreBuilder().Network(Web, Subnet));
}
