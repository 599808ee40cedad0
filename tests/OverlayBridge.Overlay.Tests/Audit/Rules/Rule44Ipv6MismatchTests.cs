using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule44Ipv6MismatchTests() : RuleTests(44)
{
    [Fact]
    public void IPv6_without_a_pool_is_found() =>
        Assert.Equal(Id(Web), Only(Healthy().Network(Web, n => n with { EnableIPv6 = true })).Subject);

    [Fact]
    public void An_IPv6_address_without_a_pool_is_found() =>
        Assert.Equal(Endpoint(Web, "a"), Only(Healthy().Interface(Web, "a", f => f with { AddressV6 = "fd00::2/64" })).Subject);

    [Fact]
    public void Every_network_with_IPv6_gets_a_note() =>
        Assert.Equal(AuditSeverity.Info, Only(new StoreBuilder().Network(Web, Subnet, "fd00:60::/64").Endpoint(Web, "a")).Severity);

    [Fact]
    public void Without_IPv6_there_is_none() =>
        Silent(Healthy());
}
