using OverlayBridge.Legacy.Json;
using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule27UnexpectedMacTests() : RuleTests(27)
{
    [Fact]
    public void A_MAC_address_that_nobody_asked_for_is_found()
    {
        var finding = Only(Healthy().Interface(Web, "a", f => f with { Mac = "02:42:0a:3c:00:63" }));
        Assert.Equal((Endpoint(Web, "a"), AuditSeverity.Info), (finding.Subject, finding.Severity));
        Assert.Contains("02:42:0a:3c:00:02 would follow", finding.Message);
    }

    [Fact]
    public void One_that_was_asked_for_is_not() =>
        Silent(Healthy().Interface(Web, "a", f => f with { Mac = "02:11:22:33:44:55" }).Endpoint(Web, "a", e => e with { Generic = JsonValue.Object(new JsonMember("com.docker.network.endpoint.macaddress", JsonValue.String("AhEiM0RV"))) }));

    [Fact]
    public void An_edited_address_is_one_finding_with_its_leaked_old_one() =>
        Assert.Equal(["OB09 " + Address("10.60.0.2"), "OB27 " + Endpoint(Web, "a")], Explained(Assert.Single(Audit(Healthy().Interface(Web, "a", f => f with { Address = "10.60.0.99/24" })))));
}
