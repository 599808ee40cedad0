using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>Gives every network its subnets so that no two masters overlap, but for ranges of one shared master.</summary>
internal sealed class AddressPlan(Random random)
{
    private uint _default, _small, _medium, _large, _shared, _v6;

    /// <summary>The next default pool: a /24 of 10.0.0.0/10, in order.</summary>
    public PoolPlan Default() => new(Block("10.0.0.0", _default++, 24), Asked: false);

    /// <summary>A subnet that takes so many endpoints and leaves room, with gateway, range and reserved addresses by chance.</summary>
    public PoolPlan ForEndpoints(int endpoints)
    {
        var master = endpoints <= 180 ? Block("10.64.0.0", _small++, 24) : endpoints <= 900 ? Block("10.128.0.0", _medium++, 22)
            : endpoints <= 14_000 ? Block("172.16.0.0", _large++, 18) : Block("100.64.0.0", _large++, 12);
        var plan = new PoolPlan(master);
        ulong last = (1ul << (32 - master.Length)) - 2;
        return random.Next(6) switch
        {
            0 => plan with { Gateway = At(master, last) },
            1 => plan with { Aux = Aux(("db", At(master, last - 5)), ("vip", At(master, last - 6))) },
            2 when endpoints <= 50 => plan with
            {
                Range = Half(master), Gateway = At(master, last), Aux = Aux(("lb", At(master, 200))),
            },
            3 when endpoints <= 50 => plan with { Range = Half(master) },
            _ => plan,
        };
    }

    /// <summary>A /24 range of one master that several networks share.</summary>
    public PoolPlan Shared() => new(Block("10.192.0.0", 0, 16), Range: Block("10.192.0.0", _shared++, 24));

    public bool SharedHasRoom => _shared < 255;

    /// <summary>An IPv6 pool of one of the lengths that the engines treat differently.</summary>
    public PoolPlan IPv6()
    {
        var network = new AddressNumber((0xfd00_0082_0000ul + _v6++) << 16, 0);
        int length = random.Next(4) switch { 0 => 48, 1 => 80, 2 => 112, _ => 64 };
        return new PoolPlan(new Cidr(network, length, IsIPv6: true));
    }

    // The upper part of the lower half: .64/26 of a /24.
    private static Cidr Half(Cidr master) => new(master.First + ((ulong)master.HostMask + 1) / 4, master.Length + 2, IsIPv6: false);

    private static string At(Cidr master, ulong ordinal) => (master.First + ordinal).ToAddress(isIPv6: false).ToString();

    private static Cidr Block(string start, uint number, int length) =>
        Cidr.Of(IPAddress.Parse(start), length) is var first ? first with { Bits = first.Bits + ((ulong)number << (32 - length)) } : default;

    private static ImmutableSortedDictionary<string, string> Aux(params (string Name, string Address)[] items) =>
        items.ToImmutableSortedDictionary(i => i.Name, i => i.Address, StringComparer.Ordinal);
}
