using System.Net;
using CsCheck;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Legacy.Tests.Addresses;

public sealed class AddressNumberTests
{
    private static readonly Gen<AddressNumber> Numbers = Gen.Select(
        Gen.OneOf(Gen.ULong, Gen.Const(0ul), Gen.Const(ulong.MaxValue)), Gen.OneOf(Gen.ULong, Gen.Const(0ul), Gen.Const(ulong.MaxValue)),
        (high, low) => new AddressNumber(high, low));

    [Fact]
    public void It_counts_and_compares_as_a_number_of_128_bits_does() => Gen.Select(Numbers, Numbers).Sample((a, b) =>
    {
        var (x, y) = (Wide(a), Wide(b));
        return Wide(a + b) == unchecked(x + y) && Wide(a - b) == unchecked(x - y) && Wide(a & b) == (x & y) && Wide(a | b) == (x | y) && Wide(~a) == ~x
            && Math.Sign(a.CompareTo(b)) == Math.Sign(x.CompareTo(y)) && a < b == x < y && a > b == x > y && a <= b == x <= y && a >= b == x >= y
            && (ulong)a == unchecked((ulong)x) && (uint)a == unchecked((uint)x);
    });

    [Fact]
    public void Low_ones_are_one_less_than_a_power_of_two() => Gen.Int[0, 128].Sample(count =>
        Wide(AddressNumber.LowOnes(count)) == (count == 128 ? UInt128.MaxValue : (UInt128.One << count) - 1));

    [Theory]
    [InlineData("10.80.0.3", 0ul, 0x0a500003ul)]
    [InlineData("255.255.255.255", 0ul, 0xfffffffful)]
    [InlineData("fd00:82::7", 0xfd00008200000000ul, 7ul)]
    [InlineData("::ffff:ffff:ffff:ffff", 0ul, ulong.MaxValue)]
    public void An_address_is_a_number_and_the_number_that_address(string text, ulong high, ulong low)
    {
        var address = IPAddress.Parse(text);
        Assert.Equal(new AddressNumber(high, low), AddressNumber.Of(address));
        Assert.Equal(text, AddressNumber.Of(address).ToAddress(text.Contains(':')).ToString());
    }

    private static UInt128 Wide(AddressNumber number) => new(number.High, number.Low);
}
