using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule47SessionlessHostTests() : RuleTests(47)
{
    [Fact]
    public void A_registration_that_never_expires_is_found() =>
        Assert.Equal(NodeKey("10.0.0.2"), Only(Healthy().Registered("10.0.0.2", null)).Subject);

    [Fact]
    public void A_dump_without_sessions_says_nothing() =>
        Assert.Empty(Audit(new StoreBuilder().Registered("10.0.0.1")));
}
