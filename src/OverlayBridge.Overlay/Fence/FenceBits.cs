using System.Net;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;

namespace OverlayBridge.Overlay.Fence;

/// <summary>
/// Sets and clears the bits of a fence in the pool's bitmap. The caller writes by CAS, and reads and asks again when the
/// index has moved.
/// </summary>
public static class FenceBits
{
    private const int MostNamed = 16;

    /// <summary>
    /// The bitmap with all bits of the block set. When all are set already, a former attempt has done it (the caller knows
    /// whether there was one); when some are, it is a conflict.
    /// </summary>
    public static FenceChange Take(StoredRecord<BitmapRecord> bitmap, FenceBlock block)
    {
        var bits = bitmap.Value.Sequence;
        if (!Fits(bits, block))
            return new(FenceOutcome.Conflict, bitmap, [block.Block.ToString()]);
        ulong taken = bits.CountSet(block.First, block.Last);
        if (taken == block.Capacity)
            return new(FenceOutcome.AlreadySo, bitmap, []);
        if (taken > 0)
            return new(FenceOutcome.Conflict, bitmap, [.. Addresses(bits, block).Take(MostNamed)]);
        return Changed(bitmap, bits.Set(block.First, block.Last));
    }

    /// <summary>
    /// The bitmap with those bits of a block set that somebody cleared. What an engine took of it meanwhile is set already and stays:
    /// a bit too many costs an address, one too few gives an address to two containers.
    /// </summary>
    public static FenceChange Restore(StoredRecord<BitmapRecord> bitmap, FenceBlock block)
    {
        var bits = bitmap.Value.Sequence;
        if (!Fits(bits, block))
            return new(FenceOutcome.Conflict, bitmap, [block.Block.ToString()]);
        return bits.CountSet(block.First, block.Last) == block.Capacity
            ? new(FenceOutcome.AlreadySo, bitmap, [])
            : Changed(bitmap, bits.Set(block.First, block.Last));
    }

    /// <summary>The bitmap with the bits of the block clear, but for addresses that somebody still holds.</summary>
    /// <param name="keep">Addresses of living endpoints, gateways and auxiliary addresses; those outside the block do not matter.</param>
    public static FenceChange Release(StoredRecord<BitmapRecord> bitmap, FenceBlock block, IEnumerable<IPAddress> keep)
    {
        var bits = bitmap.Value.Sequence;
        if (!Fits(bits, block))
            return new(FenceOutcome.Conflict, bitmap, [block.Block.ToString()]);
        var cleared = bits.Clear(block.First, block.Last);
        foreach (ulong ordinal in Ordinals(keep, block).Where(bits.IsSet))
            cleared = cleared.Set(ordinal);
        return cleared.Equals(bits.Normalise()) ? new(FenceOutcome.AlreadySo, bitmap, []) : Changed(bitmap, cleared);
    }

    private static FenceChange Changed(StoredRecord<BitmapRecord> bitmap, BitSequence bits) =>
        new(FenceOutcome.Changed, bitmap.With(bitmap.Value with { Sequence = bits }), []);

    private static bool Fits(BitSequence bits, FenceBlock block) => bits.Length == new AddressPool(block.Subnet).Length;

    private static IEnumerable<string> Addresses(BitSequence bits, FenceBlock block)
    {
        var pool = new AddressPool(block.Subnet);
        for (ulong ordinal = block.First; ordinal <= block.Last; ordinal++)
            if (bits.IsSet(ordinal))
                yield return pool.AddressOf(ordinal).ToString();
    }

    private static IEnumerable<ulong> Ordinals(IEnumerable<IPAddress> addresses, FenceBlock block)
    {
        var pool = new AddressPool(block.Subnet);
        return addresses.Select(address => Cidr.Of(address, 0)).Where(cidr => !cidr.IsIPv6)
            .Select(cidr => pool.OrdinalOf(cidr.Bits)).OfType<ulong>()
            .Where(ordinal => ordinal >= block.First && ordinal <= block.Last).Distinct();
    }
}
