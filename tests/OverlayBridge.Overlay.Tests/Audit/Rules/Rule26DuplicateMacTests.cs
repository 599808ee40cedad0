using OverlayBridge.Legacy.Json;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule26DuplicateMacTests() : RuleTests(26)
{
    private static JsonValue Asked => JsonValue.Object(new JsonMember("com.docker.network.endpoint.macaddress", JsonValue.String("AkIKPAAC")));

    [Fact]
    public void One_MAC_address_of_two_endpoints_is_found()
    {
        var finding = Only(Healthy().Endpoint(Web, "b", e => e with { Generic = Asked }).Interface(Web, "b", f => f with { Mac = "02:42:0A:3C:00:02" }));
        Assert.Equal($"{Id(Web)} 02:42:0a:3c:00:02", finding.Subject);
        Assert.Equal(2, finding.Keys.Length);
    }

    [Fact]
    public void In_two_networks_it_is_no_fault() =>
        Silent(Healthy().Network("db", "10.61.0.0/24").Endpoint("db", "c").Endpoint("db", "c", e => e with { Generic = Asked }).Interface("db", "c", f => f with { Mac = "02:42:0a:3c:00:02" }));
}
