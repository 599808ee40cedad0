using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Fence;

/// <summary>A master pool seen as ground for a fence: its bitmap, with every claim set that the bitmap does not know of.</summary>
internal sealed class FenceGround
{
    private const int MostBlocks = 4096;
    private const int MostNamed = 16;
    private readonly PoolView _view;
    private readonly BitSequence _taken;
    private readonly BitSequence _takenOrRanged;

    private readonly Filed<BitmapRecord> _bitmap;

    private FenceGround(
        PoolView view, Cidr subnet, BitSequence taken, ImmutableArray<Cidr> ranges, Filed<BitmapRecord> bitmap)
    {
        _bitmap = bitmap;
        _view = view;
        Subnet = subnet;
        Ranges = ranges;
        _taken = taken;
        _takenOrRanged = ranges.Aggregate(taken, (bits, range) =>
            bits.Set((ulong)(range.First - subnet.First), (ulong)(range.Last - subnet.First)));
        BitmapKey = bitmap.Entry.Key;
        BitmapIndex = bitmap.Entry.ModifyIndex;
        // Both engines reserve the broadcast by themselves, so a block may reach up to it.
        Free = Length - taken.CountSet() - 1;
    }

    public string PoolId => _view.Id;

    public Cidr Subnet { get; }

    /// <summary>What legacy engines take addresses from, where networks asked for a range.</summary>
    public ImmutableArray<Cidr> Ranges { get; }

    /// <summary>Addresses that are free and claimed by nobody.</summary>
    public ulong Free { get; }

    public string BitmapKey { get; }

    public ulong BitmapIndex { get; }

    private ulong Length => _taken.Length;

    public static FenceGround? Of(DecodedStore store, Inventory inventory, SubnetView subnet, out FenceRefusal? refusal)
    {
        string id = PoolIdOf(subnet);
        var view = inventory.Pools.FirstOrDefault(p => p.Id == id && p.Configured);
        var found = store.Bitmaps.GetValueOrDefault(id);
        refusal = view is null ? Repair($"The pool configuration has no pool {id}.")
            : found?.Bitmap.Value is not { } record ? Repair($"The bitmap of pool {id} is missing or cannot be decoded.")
            : record.Sequence.Length == view.Size ? null
            : Repair($"The bitmap of pool {id} has {record.Sequence.Length} bits where the pool has {view.Size} addresses.");
        if (refusal is not null)
            return null;
        var pool = new AddressPool(found!.Subnet);
        // Ordinal 0 is taken whatever the bitmap says; so is an address that any network claims, overlapping pools included.
        var recorded = found.Bitmap.Value!.Sequence;
        var taken = AddressClaim.AllOf(store)
            .Where(claim => claim.Address.IsIPv6 == found.Subnet.IsIPv6)
            .Select(claim => pool.OrdinalOf(claim.Address.Bits)).OfType<ulong>()
            .Where(ordinal => !recorded.IsSet(ordinal))
            .Aggregate(recorded.Set(0), (bits, ordinal) => bits.Set(ordinal))
            .Clear(pool.Length - 1);
        ImmutableArray<Cidr> ranges =
        [
            .. inventory.Pools.Where(p => p.MasterId == id)
                .Select(p => Cidr.TryParse(p.Range, out var range) ? range.Network : default)
                .Where(range => range.Length > found.Subnet.Length),
        ];
        return new FenceGround(view!, found.Subnet.Network, taken, ranges, found.Bitmap);
    }

    /// <summary>The ground as it would be if nothing leaked: set bits that no record and no fence claims are free in it.</summary>
    public FenceGround WithoutLeaks()
    {
        var leaks = _view.Addresses.Where(address => address is { Owner: AddressOwner.Unknown, InBitmap: true });
        return new(
            _view, Subnet, leaks.Aggregate(_taken, (bits, leak) => bits.Clear(leak.Ordinal, leak.Ordinal + (leak.Count - 1))), Ranges, _bitmap);
    }

    /// <summary>The highest free block of that prefix length that can give so many addresses, or null.</summary>
    public FenceBlock? Find(int length, ulong needed, bool outsideRanges)
    {
        if (Highest(length, Length - 1, outsideRanges) is not { } first)
            return null;
        if (BlockAt(first, length) is { } block && block.Capacity >= needed)
            return block;
        // The topmost block gives one address less than the others, for the broadcast is in it: look below.
        return Highest(length, first - 1, outsideRanges) is { } lower ? BlockAt(lower, length) : null;
    }

    /// <summary>The block of that length with the fewest taken addresses, the highest of equals, and who holds them.</summary>
    public (FenceBlock? Block, ImmutableArray<string> Holders) Nearest(int length)
    {
        if (length <= Subnet.Length)
            return (null, []);
        ulong size = 1UL << (32 - length);
        var nearest = Enumerable.Range(1, (int)Math.Min(MostBlocks, Length / size)).Select(i => Length - (ulong)i * size)
            .MinBy(first => _taken.CountSet(first, first + size - 1));
        return (BlockAt(nearest, length), [.. Holders(nearest, nearest + size - 1).Take(MostNamed)]);
    }

    private ulong? Highest(int length, ulong last, bool outsideRanges) =>
        (outsideRanges ? _takenOrRanged : _taken).FindFreeBlock(1UL << (32 - length), 0, last, highest: true);

    private IEnumerable<string> Holders(ulong first, ulong last) => _view.Addresses
        .Where(a => a.Ordinal <= last && a.Ordinal + (a.Count - 1) >= first && a.Owner != AddressOwner.Broadcast)
        .Select(a => (Range: a.Count == 1 ? a.Address : $"{a.Address}-{a.LastAddress}", Owner: a.Owner.ToString().ToLowerInvariant(), a.Name))
        .Select(a => $"{a.Range} {a.Owner} {a.Name}".TrimEnd());

    private FenceBlock? BlockAt(ulong first, int length) => FenceBlock.Of(Subnet, new Cidr(Subnet.First + first, length, false));

    private static string PoolIdOf(SubnetView subnet) =>
        Legacy.Addresses.PoolId.TryParse(subnet.PoolId, out var id) ? id.Master.ToString() : subnet.PoolId ?? "";

    private static FenceRefusal Repair(string reason) => new(reason, "Repair the pool first; audit says how.", []);
}
