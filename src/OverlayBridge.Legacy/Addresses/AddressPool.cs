using System.Net;

namespace OverlayBridge.Legacy.Addresses;

/// <summary>
/// How addresses of a master pool map to ordinals of its bitmap (spec §3): ordinal = address − network. IPv6 pools of /64
/// and shorter have 2^64−1 ordinals, counted in the low 64 bits of the host part.
/// </summary>
public sealed record AddressPool
{
    public AddressPool(Cidr network)
    {
        Network = network.Network;
        int hostBits = network.Width - network.Length;
        Length = hostBits >= 64 ? ulong.MaxValue : 1UL << hostBits;
    }

    public Cidr Network { get; }

    /// <summary>Number of ordinals: the length in bits of the pool's bitmap.</summary>
    public ulong Length { get; }

    /// <summary>The broadcast ordinal, reserved at creation; null for IPv6, which reserves only ordinal 0.</summary>
    public ulong? Broadcast => Network.IsIPv6 ? null : Length - 1;

    /// <summary>The address of an ordinal.</summary>
    public IPAddress AddressOf(ulong ordinal) => (Network.First + ordinal).ToAddress(Network.IsIPv6);

    /// <summary>
    /// The ordinal of an address, or null when the bitmap has none for it. In IPv6 pools shorter than /64 several addresses
    /// share an ordinal, as in the engines.
    /// </summary>
    public ulong? OrdinalOf(AddressNumber address)
    {
        if (address < Network.First || address > Network.Last)
            return null;
        ulong ordinal = (ulong)(address - Network.First);
        return ordinal < Length ? ordinal : null;
    }
}
