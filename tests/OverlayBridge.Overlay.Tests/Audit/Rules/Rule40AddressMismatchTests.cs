using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule40AddressMismatchTests() : RuleTests(40)
{
    [Fact]
    public void A_container_with_another_address_is_found()
    {
        var finding = Only(Healthy().Interface(Web, "a", f => f with { Address = "10.60.0.99/24" }), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3")));
        Assert.Equal(Endpoint(Web, "a"), finding.Subject);
        Assert.Contains("has 10.60.0.2, and its record on web (", finding.Message);
        Assert.Equal(["OB09 " + Address("10.60.0.2"), "OB10 " + Address("10.60.0.99"), "OB27 " + Endpoint(Web, "a")], Explained(finding));
    }

    [Fact]
    public void The_same_address_is_right_without_its_length() =>
        Silent(Healthy(), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3")));

    [Fact]
    public void An_engine_that_tells_no_address_says_nothing() =>
        Silent(Healthy(), Engine((Web, "a", ""), (Web, "b", "10.60.0.3")));
}
