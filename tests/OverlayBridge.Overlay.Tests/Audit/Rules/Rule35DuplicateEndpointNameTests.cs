using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule35DuplicateEndpointNameTests() : RuleTests(35)
{
    [Fact]
    public void One_name_of_two_endpoints_is_found()
    {
        var finding = Only(Healthy().Endpoint(Web, "b", e => e with { Name = "a" }));
        Assert.Equal($"{Id(Web)} a", finding.Subject);
        Assert.Equal(2, finding.Explains.Length);
    }

    [Fact]
    public void In_two_networks_it_is_one_container() =>
        Silent(Healthy().Network("db", "10.61.0.0/24").Endpoint("db", "a"));
}
