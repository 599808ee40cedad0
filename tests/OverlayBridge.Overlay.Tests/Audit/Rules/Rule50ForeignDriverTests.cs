using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule50ForeignDriverTests() : RuleTests(50)
{
    [Fact]
    public void A_network_of_a_plugin_is_a_note() =>
        Assert.Contains("of the driver weave", Only(new StoreBuilder().Network(Web, Subnet).Delete(OverlayKey(Web)).Network(Web, n => n with { NetworkType = "weave" })).Message);

    [Fact]
    public void So_is_one_of_another_IPAM_whose_pools_are_not_judged() =>
        Assert.Equal(Id(Web), Found(Healthy().Network(Web, n => n with { IpamType = "null" })).Subject);

    [Fact]
    public void Overlay_with_Dockers_own_IPAM_is_none() =>
        Silent(Healthy());
}
