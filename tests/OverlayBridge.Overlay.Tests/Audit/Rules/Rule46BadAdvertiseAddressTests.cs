using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule46BadAdvertiseAddressTests() : RuleTests(46)
{
    [Fact]
    public void Two_engines_of_one_address_are_found() =>
        Assert.Equal(2, Only(Healthy().Put("docker/nodes/10.0.0.1:2377", "10.0.0.1:2377").Entry("docker/nodes/10.0.0.1:2377", e => e with { Session = "s" })).Keys.Length);

    [Fact]
    public void A_registration_that_is_not_its_key_is_found() =>
        Assert.Equal(NodeKey("10.0.0.1"), Only(Healthy().Entry(NodeKey("10.0.0.1"), e => e with { Value = [.. "10.0.0.9:2376"u8] })).Subject);

    [Fact]
    public void A_loopback_address_is_found() =>
        Assert.Contains("loopback", Only(Healthy().Registered("127.0.0.1")).Message);

    [Fact]
    public void No_address_is_found() =>
        Assert.Contains("no address at all", Only(Healthy().Registered("0.0.0.0")).Message);

    [Fact]
    public void Endpoints_without_a_host_are_one_finding()
    {
        var finding = Only(Healthy().Endpoint(Web, "c", "").Endpoint(Web, "d", ""));
        Assert.Equal(new[] { Endpoint(Web, "c"), Endpoint(Web, "d") }.Order(StringComparer.Ordinal), finding.Explains.Select(e => e.Subject));
        Assert.Equal(2, finding.Keys.Length);
    }

    [Fact]
    public void A_host_name_is_an_address() =>
        Silent(Healthy().Registered("host-7"));
}
