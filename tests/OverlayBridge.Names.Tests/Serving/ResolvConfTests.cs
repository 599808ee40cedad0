using CsCheck;
using OverlayBridge.Names.Serving;

namespace OverlayBridge.Names.Tests.Serving;

public sealed class ResolvConfTests
{
    [Fact]
    public void Servers_are_read_in_order_and_what_is_none_is_left_out() => Assert.Equal(
        ["10.0.0.53", "::1"],
        ResolvConf.Servers("# nameserver 1.1.1.1\nsearch example.com\nnameserver 10.0.0.53\r\n  nameserver\t::1 # second\nnameserver nonsense\nnameserver\nnameserver 10.0.0.53").Select(server => server.ToString()));

    [Fact]
    public void No_text_is_an_error() => Gen.String.Sample(text => Assert.InRange(ResolvConf.Servers(text).Length, 0, 8));
}
