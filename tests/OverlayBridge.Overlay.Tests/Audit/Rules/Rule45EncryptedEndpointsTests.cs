using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule45EncryptedEndpointsTests() : RuleTests(45)
{
    [Fact]
    public void An_encrypted_network_with_endpoints_is_found()
    {
        var finding = Found(Healthy().Overlay(Web, o => o with { Secure = true }));
        Assert.Equal((Id(Web), AuditSeverity.Error), (finding.Subject, finding.Severity));
        Assert.Equal(3, finding.Keys.Length);
    }

    [Fact]
    public void Without_endpoints_it_waits_for_none() =>
        Silent(new StoreBuilder().Network(Web, Subnet).Overlay(Web, o => o with { Secure = true }));
}
