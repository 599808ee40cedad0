namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule32IpamMismatchTests() : RuleTests(32)
{
    [Fact]
    public void Lists_of_two_lengths_are_found() =>
        Assert.Contains("asks for 2 IPv4", Only(Healthy().Network(Web, n => n with { IpamV4Config = [.. n.IpamV4Config, .. n.IpamV4Config] })).Message);

    [Fact]
    public void Of_equal_length_they_are_right() =>
        Silent(new StoreBuilder().Network("two", Subnet, "10.61.0.0/24", "fd00:60::/64").Endpoint("two", "a"));

    [Fact]
    public void Within_a_removal_they_are_part_of_it() =>
        Assert.DoesNotContain(Audit(Healthy().Network(Web, n => n with { InDelete = true, IpamV4Info = [] })), f => f.Rule == "OB32");
}
