using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule38UnjoinedEndpointTests() : RuleTests(38)
{
    [Fact]
    public void An_endpoint_without_a_sandbox_is_found() =>
        Assert.Equal(Endpoint(Web, "a"), Only(Healthy().Endpoint(Web, "a", e => e with { Sandbox = "" })).Subject);

    [Fact]
    public void One_without_join_information_too() =>
        Assert.Contains("no join information", Only(Healthy().Endpoint(Web, "a", e => e with { JoinInfo = null })).Message);

    [Fact]
    public void On_a_lost_host_it_is_part_of_the_loss() =>
        Assert.Equal("OB36", Assert.Single(Audit(Healthy().Endpoint(Web, "c", "10.0.0.2").Endpoint(Web, "c", e => e with { Sandbox = "" }))).Rule);

    [Fact]
    public void A_joined_one_is_not() =>
        Silent(Healthy());

    [Fact]
    public void One_that_joins_between_the_reads_is_not_reported() =>
        NeedsRest(() => Healthy().Endpoint(Web, "a", e => e with { Sandbox = "" }), store => store.Endpoint(Web, "a", e => e with { Sandbox = Id("x") }));
}
