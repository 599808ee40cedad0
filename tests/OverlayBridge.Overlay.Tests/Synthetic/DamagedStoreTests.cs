using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.SyntheticStores;
using OverlayBridge.SyntheticStores.Faults;

namespace OverlayBridge.Overlay.Tests.Synthetic;

/// <summary>What was put into a store is what an audit finds in it.</summary>
public class DamagedStoreTests
{
    private static readonly SyntheticShape Shape = new(400, 40, 6_000);
    private static readonly StoreImage Medium = SyntheticStore.Generate(SyntheticShape.Medium, 11);

    public static TheoryData<string> Rules => [.. Damage.Rules];

    [Fact]
    public void There_is_a_fault_for_every_rule() => Assert.Equal(AuditRules.All.Select(r => r.Id), Damage.Rules);

    [Fact]
    public void Engines_that_say_what_the_store_says_give_no_finding_above_info()
    {
        var input = new AuditInput { Image = Medium, Engines = SyntheticEngines.Of(Medium) };

        Assert.DoesNotContain(Auditor.Audit(input).Findings, f => f.Worst < AuditSeverity.Info);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_fault_alone_is_found_and_nothing_else_above_info(string rule) =>
        Check(Damage.Inject(Medium, [rule], 3), AuditSeverity.Warning);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_faults_in_one_large_store_are_found_and_no_other_error(int seed) =>
        Check(Damage.Inject(SyntheticStore.Generate(Shape, seed), Damage.Rules.RemoveRange(Damage.Exclusive), seed), AuditSeverity.Error);

    [Fact]
    public void All_faults_are_found_among_100_000_endpoints_and_no_other_error() =>
        Check(Damage.Inject(SyntheticStore.Generate(SyntheticShape.Large, 4), Damage.Rules.RemoveRange(Damage.Exclusive), 4), AuditSeverity.Error);

    [Fact]
    public void The_largest_healthy_store_gives_no_finding_above_info() =>
        Assert.DoesNotContain(Auditor.Audit(new AuditInput { Image = SyntheticStore.Generate(SyntheticShape.Large, 5) }).Findings, f => f.Worst < AuditSeverity.Info);

    [Fact]
    public void A_finding_that_only_shares_keys_with_a_fault_is_one_too_many()
    {
        var store = Damage.Inject(Medium, ["OB07", "OB09"], 3);
        var findings = Findings(store);
        Assert.Empty(TooMany(store, findings, AuditSeverity.Warning));
        var other = findings[0] with { Rule = "OB11" };
        Assert.Equal([(other.Rule, other.Subject)], TooMany(store, findings.Add(other), AuditSeverity.Warning));
        var elsewhere = findings[0] with { Subject = findings[0].Subject + "x" };
        Assert.Equal([(elsewhere.Rule, elsewhere.Subject)], TooMany(store, findings.Add(elsewhere), AuditSeverity.Warning));
        var hidden = findings[0] with { Explains = [new ExplainedFinding("OB14", "4711", findings[0].Keys, AuditSeverity.Warning, true)] };
        Assert.Equal([("OB14", "4711")], TooMany(store, findings.SetItem(0, hidden), AuditSeverity.Warning));
    }

    private static void Check(DamagedStore store, AuditSeverity atLeast)
    {
        var findings = Findings(store);
        var found = findings.SelectMany(All).Select(f => (f.Rule, f.Subject)).ToHashSet();
        var missing = store.Faults.SelectMany(f => f.Consequences.Append((f.Rule, f.Subject))).Where(f => !found.Contains(f)).ToList();
        Assert.True(missing.Count == 0, $"not found: {string.Join("; ", missing)}\namong: {string.Join("; ", found.Where(f => missing.Any(m => m.Rule == f.Rule)).Take(5))}");
        var more = TooMany(store, findings, atLeast);
        Assert.True(more.Count == 0, $"found beyond what was injected: {string.Join("; ", more)}");
    }

    private static ImmutableArray<AuditFinding> Findings(DamagedStore store) =>
        Auditor.Audit(new AuditInput { Image = store.Image, Engines = store.Engines }).Findings;

    // What is no injected fault, and no declared consequence of one: whatever records it names, and whether it stands alone or under another.
    private static List<(string Rule, string Subject)> TooMany(DamagedStore store, ImmutableArray<AuditFinding> findings, AuditSeverity atLeast)
    {
        var expected = store.Faults.SelectMany(f => f.Consequences.Append((f.Rule, f.Subject))).ToHashSet();
        return [.. findings.SelectMany(All).Where(f => f.Severity <= atLeast && !expected.Contains((f.Rule, f.Subject))).Select(f => (f.Rule, f.Subject))];
    }

    private static IEnumerable<(string Rule, string Subject, AuditSeverity Severity)> All(AuditFinding finding) =>
        finding.Explains.Select(e => (e.Rule, e.Subject, e.Severity)).Prepend((finding.Rule, finding.Subject, finding.Severity));
}
