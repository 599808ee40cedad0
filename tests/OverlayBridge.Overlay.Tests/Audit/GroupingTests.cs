using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Tests.Audit;

/// <summary>One cause gives one finding; what no cause is known of stays on its own.</summary>
public class GroupingTests
{
    [Fact]
    public void Causes_of_causes_are_followed_to_the_first()
    {
        var store = new StoreBuilder().Ranged("web", "10.60.0.0/24", "10.60.0.64/26").Delete(StoreBuilder.NetworkKey("web"));
        var finding = Assert.Single(Findings(store));
        Assert.Equal("OB08", finding.Rule);
        Assert.Equal(["OB09", "OB16", "OB18", "OB18"], finding.Explains.Select(e => e.Rule));
    }

    [Fact]
    public void A_fault_of_another_pool_is_not_explained_by_a_lost_network()
    {
        var store = new StoreBuilder().Network("web", "10.60.0.0/24").Network("db", "10.61.0.0/24")
            .Delete(StoreBuilder.NetworkKey("web")).Bitmap("10.61.0.0/24", b => b.Set(77));
        Assert.Equal(["OB08", "OB09"], Findings(store).Select(f => f.Rule));
    }

    [Fact]
    public void An_explained_fault_keeps_its_severity_and_lifts_the_worst()
    {
        var finding = Assert.Single(Findings(new StoreBuilder().Network("web", "10.60.0.0/24").Delete(StoreBuilder.NetworkKey("web"))));
        Assert.Equal((AuditSeverity.Warning, AuditSeverity.Error), (finding.Severity, finding.Worst));
        Assert.Equal(AuditSeverity.Error, finding.Explains.Single(e => e.Rule == "OB18").Severity);
    }

    [Fact]
    public void Findings_are_ordered_by_severity_rule_and_network()
    {
        var store = new StoreBuilder().Network("b", "10.61.0.0/24").Network("a", "10.60.0.0/24").Network("c", "10.62.0.0/24")
            .Count("b", 3).Count("a", 3).Bitmap("10.62.0.0/24", x => x.Clear(0)).Put("docker/other", "x");
        Assert.Equal(["OB12 c", "OB07 a", "OB07 b", "OB49 "], Findings(store).Select(f => $"{f.Rule} {f.Network?.Name}"));
    }

    private static ImmutableArray<AuditFinding> Findings(StoreBuilder store) =>
        [.. Auditor.Audit(new AuditInput { Image = store.Build() }).Findings.Where(f => f.Rule != "OB48")]; // left of every lost network
}
