using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule03UnreadableCountTests() : RuleTests(3)
{
    [Fact]
    public void A_count_that_is_no_JSON_is_found()
    {
        var finding = Only(Healthy().Put(CountKey(Web), "{\"Count\":"));
        Assert.Equal((Id(Web), true), (finding.Subject, finding.Repairable));
        Assert.Equal([CountKey(Web)], finding.Keys);
        Assert.Contains("2 endpoint keys", finding.Message);
    }

    [Fact]
    public void Blanks_and_another_case_are_read() =>
        Silent(Healthy().Put(CountKey(Web), "{ \"count\": 2 }"));
}
