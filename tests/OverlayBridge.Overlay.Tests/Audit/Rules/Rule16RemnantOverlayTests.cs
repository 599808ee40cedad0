using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule16RemnantOverlayTests() : RuleTests(16)
{
    [Fact]
    public void An_overlay_record_alone_is_a_leak_of_the_removal()
    {
        var store = Healthy();
        var finding = Only(new StoreBuilder().Vnis(b => b.Set(0)).Put(OverlayKey(Web), store.Text(OverlayKey(Web))));
        Assert.Equal((Id(Web), true), (finding.Subject, finding.Repairable));
        Assert.Equal([OverlayKey(Web)], finding.Keys);
        Assert.Equal(["OB08 " + Id(Web)], Explained(finding));
        Assert.Contains("10.60.0.0/24 with VNI 256", finding.Message);
    }

    [Fact]
    public void With_its_count_it_is_part_of_a_remnant() =>
        Assert.Contains("OB16 " + Id(Web), Explained(Assert.Single(Audit(Healthy().Delete(NetworkKey(Web))), f => f.Rule == "OB08")));

    [Fact]
    public void With_its_network_it_is_none() =>
        Silent(Healthy());

    [Fact]
    public void An_overlay_record_in_creation_is_not_reported() =>
        NeedsRest(() => new StoreBuilder().Network(Web, Subnet).Delete(NetworkKey(Web)).Delete(CountKey(Web)), _ => new StoreBuilder().Network(Web, Subnet));
}
