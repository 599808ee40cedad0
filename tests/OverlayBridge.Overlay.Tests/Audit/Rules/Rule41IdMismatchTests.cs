using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule41IdMismatchTests() : RuleTests(41)
{
    [Fact]
    public void A_network_under_a_foreign_key_is_found() =>
        Assert.Equal(Id(Web), Only(Healthy().Network(Web, n => n with { Id = Id("x") })).Subject);

    [Fact]
    public void An_endpoint_under_a_foreign_key_is_found()
    {
        var finding = Only(Healthy().Endpoint(Web, "a", e => e with { Id = Id("x") }));
        Assert.Equal(Endpoint(Web, "a"), finding.Subject);
        Assert.Equal([EndpointKey(Web, "a")], finding.Keys);
    }

    [Fact]
    public void Under_their_own_keys_they_are_right() =>
        Silent(Healthy());
}
