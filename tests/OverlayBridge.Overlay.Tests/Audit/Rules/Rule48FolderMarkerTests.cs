using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule48FolderMarkerTests() : RuleTests(48)
{
    [Fact]
    public void A_marker_without_network_is_a_note() =>
        Assert.Equal((MarkerKey("bridge"), AuditSeverity.Info), Only(Healthy().Put(MarkerKey("bridge"), "")) is var f ? (f.Subject, f.Severity) : default);

    [Fact]
    public void Many_are_one_note() =>
        Assert.Equal(2, Only(Healthy().Put(MarkerKey("bridge"), "").Put(MarkerKey("host"), "")).Explains.Length);

    [Fact]
    public void That_of_a_network_is_none() =>
        Silent(Healthy());
}
