using OverlayBridge.Legacy.Bitmaps;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule06UnreadableBitmapTests() : RuleTests(6)
{
    [Fact]
    public void A_bitmap_of_another_length_is_found_and_its_bits_are_not_believed()
    {
        var finding = Only(Healthy().Bitmap(Subnet, _ => BitSequence.Create(512)));
        Assert.Equal((PoolId(Subnet), Web), (finding.Subject, finding.Network!.Name));
        Assert.Equal([BitmapKey(Subnet)], finding.Keys);
        Assert.Contains("512 bits and not 256", finding.Message);
    }

    [Fact]
    public void Every_other_damage_is_named()
    {
        string Message(Func<BitSequence, BitSequence> change) => Only(Healthy().Bitmap(Subnet, change)).Message;
        Assert.Contains("9 blocks and not 8", Message(b => new BitSequence(256, b.Unselected, [.. b.Runs, new BitRun(0, 1)])));
        Assert.Contains("count 0", Message(b => new BitSequence(256, b.Unselected, [new BitRun(0, 0), .. b.Runs])));
        Assert.Contains("base64", Only(Healthy().Put(BitmapKey(Subnet), $$$"""{"id":"{{{PoolId(Subnet)}}}","sequence":"%"}""")).Message);
    }

    [Fact]
    public void A_bitmap_with_the_id_of_another_pool_explains_rule_41()
    {
        var store = Healthy();
        var finding = Only(store.Put(BitmapKey(Subnet), store.Text(BitmapKey(Subnet)).Replace("10.60", "10.61")));
        Assert.Equal(["OB41 " + PoolId(Subnet)], Explained(finding));
    }

    [Fact]
    public void VNIs_of_any_other_length_than_an_engines_are_found_by_their_key() =>
        Assert.Equal(VniKey, Only(Healthy().Vnis(_ => BitSequence.Create(1000))).Subject);

    [Fact]
    public void VNIs_of_1_11_are_short_and_equal_neighbours_are_no_damage()
    {
        Silent(Healthy().Vnis(_ => BitSequence.Create(745).Set(0)));
        Silent(Healthy().Bitmap(Subnet, b => new BitSequence(256, b.Unselected, [b.Runs[0], .. Enumerable.Repeat(new BitRun(0, 1), 6), b.Runs[^1]])));
    }

    [Fact]
    public void A_bitmap_that_claims_2_to_the_60_blocks_costs_nothing() =>
        Assert.Contains("blocks", Only(Healthy().Bitmap(Subnet, _ => new BitSequence(256, 0, [new BitRun(0x55555555, 1ul << 60)]))).Message);
}
