using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule34DuplicateNetworkNameTests() : RuleTests(34)
{
    [Fact]
    public void One_name_of_two_networks_is_found()
    {
        var finding = Only(Healthy().Network("db", "10.61.0.0/24").Network("db", n => n with { Name = Web }));
        Assert.Equal(Web, finding.Subject);
        Assert.Equal(new[] { "OB34 " + Id(Web), "OB34 " + Id("db") }.Order(StringComparer.Ordinal), Explained(finding));
    }

    [Fact]
    public void Names_differ_by_case() =>
        Silent(Healthy().Network("WEB", "10.61.0.0/24"));
}
