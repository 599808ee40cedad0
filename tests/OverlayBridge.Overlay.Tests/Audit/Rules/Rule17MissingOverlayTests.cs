using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule17MissingOverlayTests() : RuleTests(17)
{
    [Fact]
    public void A_network_without_overlay_record_is_found_and_its_VNI_not_called_leaked()
    {
        var finding = Only(Healthy().Delete(OverlayKey(Web)));
        Assert.Equal(Id(Web), finding.Subject);
        Assert.Equal([NetworkKey(Web), OverlayKey(Web)], finding.Keys);
        Assert.Equal(["OB14 256"], Explained(finding));
    }

    [Fact]
    public void An_unreadable_one_too() =>
        Assert.Contains("byte", Only(Healthy().Cut(OverlayKey(Web), 20)).Message);

    [Fact]
    public void A_network_of_a_plugin_has_none() =>
        Silent(Healthy().Network(Web, n => n with { NetworkType = "weave" }).Delete(OverlayKey(Web)));

    [Fact]
    public void The_list_of_1_11_is_readable() =>
        Silent(Healthy().Put(OverlayKey(Web), """[{"SubnetIP":"10.60.0.0/24","GwIP":"10.60.0.1/24","Vni":256}]"""));
}
