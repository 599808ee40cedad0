using CsCheck;

namespace OverlayBridge.Overlay.Records;

public sealed class InterfaceAddressTests
{
    [Theory]
    [InlineData("10.60.0.3/24", "10.60.0.0/24")]
    [InlineData("10.60.5.3/17", "10.60.0.0/17")]
    [InlineData("10.60.5.3/0", "0.0.0.0/0")]
    [InlineData("10.60.5.3/32", "10.60.5.3/32")]
    [InlineData("fd00:82::99/64", "fd00:82::/64")]
    public void The_subnet_of_an_address_has_no_host_bits(string address, string subnet) =>
        Assert.Equal(subnet, InterfaceAddress.Parse(address).Subnet.ToString());

    [Fact]
    public void Any_text_is_an_address_or_null() => Gen.String.Sample(text => InterfaceAddress.TryParse(text));
}
