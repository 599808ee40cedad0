using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule02UnreadableEndpointTests() : RuleTests(2)
{
    [Fact]
    public void An_endpoint_that_is_cut_off_is_found_and_its_legible_address_is_not_leaked()
    {
        var finding = Only(Healthy().Cut(EndpointKey(Web, "a"), 150));
        Assert.Equal((Endpoint(Web, "a"), AuditSeverity.Critical), (finding.Subject, finding.Severity));
        Assert.Equal(["OB09 " + Address("10.60.0.2")], Explained(finding));
    }

    [Fact]
    public void One_without_a_legible_address_explains_one_address_and_no_more()
    {
        Assert.Equal(["OB09 " + Address("10.60.0.2")], Explained(Only(Healthy().Cut(EndpointKey(Web, "a"), 10))));
        var two = Audit(Healthy().Cut(EndpointKey(Web, "a"), 10).Bitmap(Subnet, b => b.Set(77)));
        Assert.Equal(["OB02", "OB09"], two.Select(f => f.Rule));
        Assert.False(two[1].Repairable);
        Assert.Contains(Endpoint(Web, "a"), Audit(Healthy().Cut(EndpointKey(Web, "a"), 10).Bitmap(Subnet, b => b.Set(77)))[0].Subject);
    }

    [Fact]
    public void A_record_without_the_optional_fields_is_readable() =>
        Silent(Healthy().Put(EndpointKey(Web, "b"), $$$"""{"id":"{{{EndpointId(Web, "b")}}}","name":"b","ep_iface":null}"""));
}
