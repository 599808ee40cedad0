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

    private static void Check(DamagedStore store, AuditSeverity atLeast)
    {
        var findings = Auditor.Audit(new AuditInput { Image = store.Image, Engines = store.Engines }).Findings;
        var found = findings.SelectMany(f => f.Explains.Select(e => (e.Rule, e.Subject)).Append((f.Rule, f.Subject))).ToHashSet();
        var missing = store.Faults.Where(f => !found.Contains((f.Rule, f.Subject)));
        Assert.True(!missing.Any(), $"not found: {string.Join("; ", missing)}\namong: {string.Join("; ", found.Where(f => missing.Any(m => m.Rule == f.Rule)).Take(5))}");

        var injected = store.Faults.Select(f => (f.Rule, f.Subject)).ToHashSet();
        var touched = store.Faults.SelectMany(f => f.Keys).ToHashSet();
        var other = findings.Where(f => f.Severity <= atLeast && !injected.Contains((f.Rule, f.Subject)) && !f.Explains.Any(e => injected.Contains((e.Rule, e.Subject))));
        Assert.True(!other.Any(f => !f.Keys.Any(touched.Contains)), string.Join("\n", other.Select(f => $"{f.Severity} {f.Rule} {f.Subject} {f.Message}")));
    }
}
