using CsCheck;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Legacy.Tests.Addresses;

public class AddressPoolTests
{
    [Theory]
    [InlineData("10.80.0.0/24", 256ul, "10.80.0.64", 64ul)]
    [InlineData("10.80.0.0/30", 4ul, "10.80.0.3", 3ul)]
    [InlineData("0.0.0.0/0", 4294967296ul, "255.255.255.255", 4294967295ul)]
    [InlineData("fd00:82::/64", ulong.MaxValue, "fd00:82::99", 153ul)]
    [InlineData("fd00:82::/48", ulong.MaxValue, "fd00:82::1", 1ul)]
    [InlineData("fd00:82::/120", 256ul, "fd00:82::ff", 255ul)]
    public void An_address_maps_to_its_ordinal_and_back(string pool, ulong length, string address, ulong ordinal)
    {
        var addresses = Pool(pool);
        Assert.True(Cidr.TryParseAddress(address, out var parsed));
        Assert.Equal(length, addresses.Length);
        Assert.Equal(ordinal, addresses.OrdinalOf(AddressNumber.Of(parsed)));
        Assert.Equal(parsed, addresses.AddressOf(ordinal));
    }

    [Fact]
    public void Only_IPv4_pools_reserve_a_broadcast()
    {
        Assert.Equal(255ul, Pool("10.80.0.0/24").Broadcast);
        Assert.Null(Pool("fd00:82::/64").Broadcast);
    }

    [Theory]
    [InlineData("10.80.0.0/24", "10.80.1.0")]
    [InlineData("10.80.0.0/24", "fd00::1")]
    [InlineData("fd00:82::/64", "fd00:82::ffff:ffff:ffff:ffff")] // the one address a /64 has no bit for
    public void An_address_without_a_bit_has_no_ordinal(string pool, string address)
    {
        Assert.True(Cidr.TryParse(address + "/32", out var parsed));
        Assert.Null(Pool(pool).OrdinalOf(parsed.Bits));
    }

    [Theory]
    [InlineData("10.80.0/24")]
    [InlineData("10.080.0.1/24")]
    [InlineData("0x0a.1.1.1/8")]
    [InlineData("10.80.0.1")]
    [InlineData("10.80.0.1/33")]
    [InlineData("10.80.0.1/+1")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("[fd00::1]/64")]
    [InlineData("")]
    [InlineData(null)]
    public void Only_plain_notation_is_an_address(string? text) => Assert.False(Cidr.TryParse(text, out _));

    [Fact]
    public void What_is_printed_reads_back() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 128], Gen.Bool).Sample((high, low, length, v6) =>
        {
            var cidr = v6 ? new Cidr(new AddressNumber(high, low), length, true) : new Cidr((uint)low, length % 33, false);
            return Cidr.TryParse(cidr.ToString(), out var back) && back == cidr;
        });

    [Theory]
    [InlineData("10.70.0.0/16", "10.70.1.0/24", true)]
    [InlineData("10.70.1.0/24", "10.70.0.0/16", false)]
    [InlineData("0.0.0.0/0", "10.70.0.0/16", true)]
    [InlineData("::/0", "fd00::/64", true)]
    [InlineData("0.0.0.0/0", "fd00::/64", false)]
    public void Containing_is_of_one_family(string outer, string inner, bool contains)
    {
        Assert.True(Cidr.TryParse(outer, out var a) && Cidr.TryParse(inner, out var b) && a.Contains(b) == contains);
    }

    [Fact]
    public void A_pool_id_is_told_from_a_sub_pool_id()
    {
        Assert.True(PoolId.TryParse("GlobalDefault/10.80.0.0/24/10.80.0.64/26", out var id));
        Assert.Equal(("10.80.0.0/24", "10.80.0.64/26", "GlobalDefault/10.80.0.0/24"), (id.Pool, id.SubPool, id.Master.ToString()));
        Assert.False(PoolId.TryParse("GlobalDefault", out _));
    }

    private static AddressPool Pool(string text) =>
        Cidr.TryParse(text, out var cidr) ? new AddressPool(cidr) : throw new ArgumentException(text);
}
