using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule07WrongCountTests() : RuleTests(7)
{
    [Fact]
    public void A_count_that_is_too_high_is_an_error_with_both_numbers()
    {
        var finding = Only(Healthy().Count(Web, 5));
        Assert.Equal((Id(Web), AuditSeverity.Error, true), (finding.Subject, finding.Severity, finding.Repairable));
        Assert.Contains("counts 5 endpoints but has 2", finding.Message);
    }

    [Fact]
    public void A_count_that_is_too_low_is_critical() =>
        Assert.Equal(AuditSeverity.Critical, Only(Healthy().Count(Web, 1)).Severity);

    [Fact]
    public void An_unreadable_endpoint_counts() =>
        Silent(Healthy().Cut(EndpointKey(Web, "a"), 20));

    [Fact]
    public void A_count_that_changed_between_the_reads_is_not_reported() =>
        NeedsRest(() => Healthy().Count(Web, 5), store => store.Count(Web, 5));

    [Fact]
    public void A_count_that_became_right_is_not_reported() =>
        NeedsRest(() => Healthy().Count(Web, 5), store => store.Count(Web, 2));

    [Fact]
    public void A_container_that_the_store_does_not_know_explains_it() =>
        Assert.DoesNotContain(Audit(Healthy().Delete(EndpointKey(Web, "a")), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"))), f => f.Rule == "OB07");
}
