using System.Diagnostics.CodeAnalysis;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Overlay.Fence;

/// <summary>
/// A part of a legacy IPv4 pool that is given to swarm as its <c>--ip-range</c>. Its bits in the legacy bitmap are those of
/// the block without the pool's network address and broadcast, which both engines reserve by themselves.
/// </summary>
public sealed record FenceBlock
{
    private FenceBlock(Cidr subnet, Cidr block)
    {
        Subnet = subnet;
        Block = block;
        var pool = new AddressPool(subnet);
        First = Math.Max(1, (ulong)(block.First - subnet.First));
        Last = Math.Min(pool.Length - 2, (ulong)(block.Last - subnet.First));
    }

    /// <summary>The master pool.</summary>
    public Cidr Subnet { get; }

    /// <summary>The block; its text is what <c>--ip-range</c> takes.</summary>
    public Cidr Block { get; }

    /// <summary>First ordinal of the pool that the fence holds.</summary>
    public ulong First { get; }

    /// <summary>Last ordinal of the pool that the fence holds.</summary>
    public ulong Last { get; }

    /// <summary>Addresses that swarm can give out of it.</summary>
    public ulong Capacity => Last - First + 1;

    /// <summary>
    /// From the texts of pool and block. False when they are no IPv4 networks, the block is not a real part of the pool, or
    /// nothing of it could be given out.
    /// </summary>
    public static bool TryParse(string subnet, string block, [NotNullWhen(true)] out FenceBlock? fence)
    {
        fence = Cidr.TryParse(subnet, out var outer) && Cidr.TryParse(block, out var inner) ? Of(outer, inner) : null;
        return fence is not null;
    }

    internal static FenceBlock? Of(Cidr subnet, Cidr block)
    {
        if (subnet.IsIPv6 || subnet != subnet.Network || block != block.Network || block.Length <= subnet.Length || !subnet.Contains(block))
            return null;
        var fence = new FenceBlock(subnet, block);
        return fence.First <= fence.Last ? fence : null;
    }

    public override string ToString() => Block.ToString();
}
