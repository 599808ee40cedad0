using OverlayBridge.Legacy.Bitmaps;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule10UnmarkedAddressTests() : RuleTests(10)
{
    [Fact]
    public void A_used_address_that_is_free_in_the_bitmap_is_found()
    {
        var finding = Only(Healthy().Bitmap(Subnet, b => b.Clear(2)));
        Assert.Equal((Address("10.60.0.2"), true), (finding.Subject, finding.Repairable));
        Assert.Equal([BitmapKey(Subnet), EndpointKey(Web, "a")], finding.Keys);
    }

    [Fact]
    public void A_bitmap_made_anew_is_one_finding()
    {
        var finding = Only(Healthy().Bitmap(Subnet, _ => BitSequence.Create(256).Set(0).Set(255)));
        Assert.Equal(PoolId(Subnet), finding.Subject);
        Assert.Equal(["10.60.0.1", "10.60.0.2", "10.60.0.3"], finding.Explains.Select(e => e.Subject.Split(' ')[1]));
    }

    [Fact]
    public void The_addresses_of_another_IPAM_are_not_judged() =>
        Silent(Healthy().Bitmap(Subnet, b => b.Clear(2)).Network(Web, n => n with { IpamType = "calico" }));
}
