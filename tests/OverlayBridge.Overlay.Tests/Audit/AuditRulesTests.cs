using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Overlay.Tests.Audit;

public class AuditRulesTests
{
    [Fact]
    public void The_catalogue_has_51_rules_in_order_each_with_a_name_of_its_own()
    {
        Assert.Equal(Enumerable.Range(1, 51), AuditRules.All.Select(r => r.Number));
        Assert.Equal(51, AuditRules.All.Select(r => r.Name).Distinct().Count());
        Assert.Equal("OB09", AuditRules.Of(9).Id);
        Assert.Equal("leaked-address", AuditRules.Of(9).Name);
    }

    [Fact]
    public void Rules_say_that_they_are_repairable_and_with_which_options_just_where_a_repair_exists_and_asks_for_them()
    {
        var repairs = RepairSet.InOrder.ToDictionary(r => r.About.Number);
        foreach (var rule in AuditRules.All)
        {
            Assert.Equal(repairs.ContainsKey(rule.Number), rule.Repairable || !rule.RepairableWith.IsEmpty);
            Assert.Equal(repairs.TryGetValue(rule.Number, out var repair) && repair.NeedsHosts, rule.RepairableWith.Contains("--engine"));
        }
        Assert.Equal([36], AuditRules.All.Where(r => r.RepairableWith.Contains("--hosts-gone")).Select(r => r.Number));
    }

    [Fact]
    public void Transient_rules_are_those_of_the_specification() =>
        Assert.Equal([7, 8, 9, 14, 16, 18, 38, 42], AuditRules.All.Where(r => r.Transient).Select(r => r.Number));
}
