using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule30OptionMismatchTests() : RuleTests(30)
{
    private static JsonValue Options => JsonValue.Object(new JsonMember("com.docker.network.generic",
        JsonValue.Object(new JsonMember("com.docker.network.driver.mtu", JsonValue.String("1400")))));

    [Fact]
    public void Encryption_without_the_option_is_found() =>
        Assert.Contains("it is secure", Only(new StoreBuilder().Network(Web, Subnet).Overlay(Web, o => o with { Secure = true })).Message);

    [Fact]
    public void Another_MTU_is_found() =>
        Assert.Contains("its MTU is 1400", Only(Healthy().Overlay(Web, o => o with { Mtu = 1400 })).Message);

    [Fact]
    public void The_MTU_of_the_option_is_right() =>
        Silent(Healthy().Overlay(Web, o => o with { Mtu = 1400 }).Network(Web, n => n with { Generic = Options }));
}
