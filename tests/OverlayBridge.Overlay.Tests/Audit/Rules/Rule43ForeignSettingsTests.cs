namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule43ForeignSettingsTests() : RuleTests(43)
{
    [Fact]
    public void A_network_that_is_not_persistent_is_found() =>
        Assert.Contains("not persistent", Only(Healthy().Network(Web, n => n with { Persist = false })).Message);

    [Fact]
    public void Every_other_mode_is_named()
    {
        var finding = Only(Healthy().Network(Web, n => n with { ConfigOnly = true, Ingress = true, LoadBalancerIP = "10.60.0.9", Scope = "swarm" }));
        Assert.Contains("config-only, an ingress network, load-balanced at 10.60.0.9, of scope swarm", finding.Message);
    }

    [Fact]
    public void Without_a_scope_it_is_the_stores() =>
        Silent(Healthy().Network(Web, n => n with { Scope = "" }));
}
