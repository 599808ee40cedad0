using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule51OddEntryTests() : RuleTests(51)
{
    private static StoreBuilder Plain()
    {
        var store = Healthy();
        foreach (var entry in store.Build().Entries)
            store.Entry(entry.Key, e => e with { Flags = 0 });
        return store;
    }

    [Fact]
    public void Foreign_flags_are_a_note() =>
        Assert.Equal((CountKey(Web), AuditSeverity.Info), Only(Healthy().Entry(CountKey(Web), e => e with { Flags = 0 })) is var f ? (f.Subject, f.Severity) : default);

    [Fact]
    public void The_same_flags_on_many_keys_are_one_note() =>
        Assert.Equal(2, Only(Healthy().Entry(CountKey(Web), e => e with { Flags = 42 }).Entry(VniKey, e => e with { Flags = 42 })).Keys.Length);

    [Fact]
    public void A_record_without_a_value_is_an_error_and_explains_that_it_is_unreadable()
    {
        var finding = Only(Healthy().Put(EndpointKey(Web, "a"), "").Bitmap(Subnet, b => b.Clear(2)));
        Assert.Equal((EndpointKey(Web, "a"), AuditSeverity.Error), (finding.Subject, finding.Severity));
        Assert.Equal(["OB02 " + Endpoint(Web, "a")], Explained(finding));
    }

    [Fact]
    public void So_is_an_overlay_record_and_a_registration()
    {
        Assert.Equal(["OB17 " + Id(Web)], Explained(Only(new StoreBuilder().Network(Web, Subnet).Put(OverlayKey(Web), ""))));
        Assert.Equal(["OB46 " + NodeKey("10.0.0.1")], Explained(Only(new StoreBuilder().Entry(NodeKey("10.0.0.1"), e => e with { Value = [] }))));
    }

    [Fact]
    public void Flags_that_are_rounded_by_a_double_are_foreign() =>
        Only(Healthy().Entry(CountKey(Web), e => e with { Flags = 3304740253564472300 }));

    [Fact]
    public void A_store_without_flags_is_not_Consuls() =>
        Silent(Plain());
}
