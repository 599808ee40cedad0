using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule11WrongFreeCounterTests() : RuleTests(11)
{
    [Fact]
    public void A_free_counter_that_drifted_is_found_with_both_numbers()
    {
        var finding = Only(Healthy().Bitmap(Subnet, b => new BitSequence(256, 99, b.Runs)));
        Assert.Equal((PoolId(Subnet), AuditSeverity.Warning), (finding.Subject, finding.Severity));
        Assert.Contains("99 of 256 are free, but 251 are", finding.Message);
    }

    [Fact]
    public void At_zero_the_pool_counts_as_full() =>
        Assert.Equal(AuditSeverity.Error, Only(Healthy().Bitmap(Subnet, b => new BitSequence(256, 0, b.Runs))).Severity);

    [Fact]
    public void The_VNIs_have_one_too() =>
        Assert.Equal(VniKey, Only(Healthy().Vnis(b => new BitSequence(b.Length, b.Length + 1, b.Runs))).Subject);

    [Fact]
    public void A_right_counter_of_a_full_pool_is_right() =>
        Silent(Healthy().Bitmap(Subnet, b => b.Set(0, 255)));
}
