using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule39UnknownEndpointTests() : RuleTests(39)
{
    [Fact]
    public void A_container_that_the_store_does_not_know_is_found_and_explains_address_and_count()
    {
        var finding = Only(Healthy().Delete(EndpointKey(Web, "a")), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3")));
        Assert.Equal((Endpoint(Web, "a"), Web), (finding.Subject, finding.Network!.Name));
        Assert.Equal([EndpointKey(Web, "a")], finding.Keys);
        Assert.Equal(["OB07 " + Id(Web), "OB09 " + Address("10.60.0.2")], Explained(finding));
    }

    [Fact]
    public void A_container_on_a_local_network_is_not_meant() =>
        Silent(Healthy(), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"), ("bridge", "x", "172.17.0.2")));

    [Fact]
    public void One_on_an_overlay_that_the_store_lost_is_meant()
    {
        var engine = Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"), ("lost", "x", "10.9.0.2"));
        var containers = engine.Containers.Select(c => c with { Endpoints = [.. c.Endpoints.Select(e => e with { NetworkDriver = "overlay" })] });
        Assert.Equal(Endpoint("lost", "x"), Only(Healthy(), engine with { Containers = [.. containers] }).Subject);
    }

    [Fact]
    public void A_stopped_container_has_none()
    {
        var engine = Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"), (Web, "x", "10.60.0.9"));
        Silent(Healthy(), engine with { Containers = engine.Containers.SetItem(2, engine.Containers[2] with { Running = false }) });
    }
}
