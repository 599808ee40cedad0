using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule36LostHostTests() : RuleTests(36)
{
    [Fact]
    public void The_endpoints_of_a_lost_host_are_one_finding()
    {
        var finding = Only(Healthy().Endpoint(Web, "c", "10.0.0.2").Endpoint(Web, "d", "10.0.0.2"));
        Assert.Equal(("10.0.0.2", 2, Web), (finding.Subject, finding.Keys.Length, finding.Network!.Name));
        Assert.Equal(new[] { "OB36 " + Endpoint(Web, "c"), "OB36 " + Endpoint(Web, "d") }.Order(StringComparer.Ordinal), Explained(finding));
    }

    [Fact]
    public void A_registered_host_is_not_lost() =>
        Silent(Healthy().Registered("10.0.0.2").Endpoint(Web, "c", "10.0.0.2"));

    [Fact]
    public void The_locator_of_an_IPv6_host_is_cut_at_its_first_colon() =>
        Silent(Healthy().Registered("[fd00::2]").Endpoint(Web, "c", "[fd00"));

    [Fact]
    public void An_engine_that_answers_is_not_gone() =>
        Assert.Contains("answers", Found(Healthy().Delete(NodeKey("10.0.0.1")), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"))).Cause);

    [Fact]
    public void Without_any_registrations_folder_nothing_is_said() =>
        Silent(Healthy().Delete(NodeKey("10.0.0.1")).Delete("docker/nodes"));
}
