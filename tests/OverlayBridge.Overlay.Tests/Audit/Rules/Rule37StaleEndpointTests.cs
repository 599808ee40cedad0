using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule37StaleEndpointTests() : RuleTests(37)
{
    [Fact]
    public void An_endpoint_that_its_host_does_not_run_is_found()
    {
        var finding = Only(Healthy(), Engine((Web, "a", "10.60.0.2")));
        Assert.Equal(Endpoint(Web, "b"), finding.Subject);
        Assert.Equal([EndpointKey(Web, "b")], finding.Keys);
    }

    [Fact]
    public void One_that_runs_is_not() =>
        Silent(Healthy(), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3")));

    [Fact]
    public void A_host_that_was_not_asked_is_not_accused() =>
        Silent(Healthy().Registered("10.0.0.2").Endpoint(Web, "c", "10.0.0.2"), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3")));

    [Fact]
    public void Without_engines_nothing_is_said() =>
        Silent(Healthy());
}
