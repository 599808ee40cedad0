using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Reads off the bytes of a write what it changes. Whatever cannot be decoded is told by its length.</summary>
internal static class WriteWords
{
    private const int MostRanges = 64;

    public static ImmutableArray<string> Of(RepairWrite write) => LegacyKey.Parse(write.Key) switch
    {
        EndpointCountKey => [Count(write)],
        AddressBitmapKey key when Cidr.TryParse(key.Pool, out var subnet) =>
            Bits(write, new AddressPool(subnet).AddressOf),
        VxlanIdsKey => Bits(write, static ordinal => $"VNI {ordinal + VniViews.First}"),
        PoolConfigurationKey => Pools(write),
        EndpointKey => [Endpoint(write)],
        _ => [Whole(write)],
    };

    private static string Count(RepairWrite write)
    {
        string before = Read(RecordFormats.EndpointCount, write.Key, write.Before) is { } old ? $"{old.Count}" : write.Before is null ? "none" : "unreadable";
        return write.After is null
            ? $"delete the count ({before})"
            : $"count {before} -> {Read(RecordFormats.EndpointCount, write.Key, write.After)?.Count}";
    }

    private static string Endpoint(RepairWrite write) =>
        write.After is null && Read(RecordFormats.Endpoint, write.Key, write.Before) is { } gone
            ? $"delete the endpoint {gone.Name} ({string.Join(", ", new[] { gone.Interface?.Address, gone.Interface?.AddressV6, gone.Locator.Length > 0 ? $"on {gone.Locator}" : null }.OfType<string>())})"
            : Whole(write);

    private static string Whole(RepairWrite write) =>
        write.After is not { } after ? $"delete the key ({write.Before?.Length ?? 0} bytes)"
        : write.Before is { } before ? $"{before.Length} bytes -> {after.Length} bytes"
        : $"make the key ({after.Length} bytes)";

    private static ImmutableArray<string> Bits(RepairWrite write, Func<ulong, object> name)
    {
        var (before, after) = (Read(RecordFormats.Bitmap, write.Key, write.Before)?.Sequence, Read(RecordFormats.Bitmap, write.Key, write.After)?.Sequence);
        if (after is null)
            return [write.After is null ? $"delete the bitmap ({(before is null ? "unreadable" : $"{before.CountSet()} taken")})" : Whole(write)];
        if (before is null || before.Length != after.Length)
            return [$"{(write.Before is null ? "make" : "rebuild")} the bitmap: {after.CountSet()} of {after.Length} taken", .. Taken(after, name)];
        var marked = Minus(after, before);
        var freed = Minus(before, after);
        return
        [
            .. marked.Take(MostRanges).Select(range => $"mark {Range(range, name)} as taken"),
            .. freed.Take(MostRanges).Select(range => $"free {Range(range, name)}"),
            .. marked.Count > MostRanges || freed.Count > MostRanges ? ["and more"] : (string[])[],
            .. before.Unselected == after.Unselected ? (string[])[] : [$"free counter {before.Unselected} -> {after.Unselected}"],
        ];
    }

    private static IEnumerable<string> Taken(BitSequence bits, Func<ulong, object> name) =>
        bits.SetRanges().Take(MostRanges).Select(range => $"taken: {Range(range, name)}");

    private static string Range(BitRange range, Func<ulong, object> name) =>
        range.First == range.Last ? $"{name(range.First)}" : string.Create(CultureInfo.InvariantCulture, $"{name(range.First)}-{name(range.Last)}");

    // What is set in the first and not in the second, one range more than are shown at most.
    private static List<BitRange> Minus(BitSequence first, BitSequence second)
    {
        var left = new List<BitRange>();
        using var taken = second.SetRanges().GetEnumerator();
        bool any = taken.MoveNext();
        foreach (var range in first.SetRanges().TakeWhile(_ => left.Count <= MostRanges))
        {
            ulong from = range.First;
            bool open = true;
            while (any && taken.Current.Last < from)
                any = taken.MoveNext();
            while (open && any && taken.Current.First <= range.Last)
            {
                if (taken.Current.First > from)
                    left.Add(new BitRange(from, taken.Current.First - 1));
                open = taken.Current.Last < range.Last;
                if (open)
                    (from, any) = (taken.Current.Last + 1, taken.MoveNext());
            }
            if (open && from <= range.Last)
                left.Add(new BitRange(from, range.Last));
        }
        return left;
    }

    private static ImmutableArray<string> Pools(RepairWrite write)
    {
        var (before, after) = (Read(RecordFormats.PoolConfiguration, write.Key, write.Before), Read(RecordFormats.PoolConfiguration, write.Key, write.After));
        if (after is null)
            return [Whole(write)];
        var lines = before is null ? ImmutableArray.Create($"{(write.Before is null ? "make" : "rebuild")} the pool configuration") : [];
        return
        [
            .. lines,
            .. (before?.Pools.Keys ?? []).Where(id => !after.Pools.ContainsKey(id)).Select(id => $"remove pool {id}"),
            .. after.Pools.Where(p => before?.Pools.GetValueOrDefault(p.Key) != p.Value)
                .Select(p => before?.Pools.GetValueOrDefault(p.Key) is { } old ? Changed(p.Key, old, p.Value) : $"add pool {p.Key}, {p.Value.RefCount} references"),
        ];
    }

    private static string Changed(string id, PoolEntry old, PoolEntry now) => old with { RefCount = now.RefCount } == now
        ? $"references of {id} {old.RefCount} -> {now.RefCount}"
        : $"pool {id} anew: pool {now.Pool}, range {(now.Range is { } range ? $"{range.Sub} ({range.Start}-{range.End})" : "none")}, {now.RefCount} references";

    private static T? Read<T>(RecordFormat<T> format, string key, ImmutableArray<byte>? bytes)
        where T : class
    {
        if (bytes is not { } value)
            return null;
        try
        {
            return format.Decode(key, value.AsSpan());
        }
        catch (RecordFormatException)
        {
            return null; // shown as unreadable
        }
    }
}
