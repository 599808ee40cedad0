using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;

namespace OverlayBridge.Reports.Exposures;

/// <summary>What becomes of the addresses of one subnet.</summary>
/// <param name="Subnet">CIDR of the legacy pool.</param>
/// <param name="Block">The block that is set aside for swarm or given back.</param>
/// <param name="Reason">Why this block; empty when it is given back.</param>
/// <param name="Before">The pool as it was read, ascending; free addresses are in no range.</param>
/// <param name="After">The same as the change leaves it.</param>
public sealed record SharedSubnetMap(string Subnet, string Block, string Reason, ImmutableArray<AddressRange> Before, ImmutableArray<AddressRange> After)
{
    private AddressPool Pool => new(Cidr.TryParse(Subnet, out var subnet) ? subnet : throw new FormatException($"'{Subnet}' is no CIDR"));

    /// <summary>A block is taken out of a pool.</summary>
    internal static SharedSubnetMap Taken(PoolView pool, FenceBlock block, string reason)
    {
        var fences = Fences(pool);
        // Without a bitmap a fence is believed to be set, as it will be.
        return Of(pool, block, reason, AddressMap.Of(pool, fences), AddressMap.Of(pool with { HasBitmap = false }, [.. fences, new(block.First, block.Last, "")]));
    }

    /// <summary>A block is given back, but for what somebody claims in it.</summary>
    internal static SharedSubnetMap Given(HeldBlock held)
    {
        var rest = held.Pool with
        {
            Addresses = [.. held.Pool.Addresses.Where(address =>
                address.Owner != AddressOwner.Fence || address.Ordinal < held.Block.First || address.Ordinal > held.Block.Last)],
        };
        return Of(held.Pool, held.Block, "", AddressMap.Of(held.Pool, Fences(held.Pool)), AddressMap.Of(rest, Fences(rest)));
    }

    internal AddressMap MapOf(ImmutableArray<AddressRange> ranges) =>
        new(Pool.Length, [.. ranges.Select(range => new AddressRun(range.Ordinal, range.Ordinal + (range.Count - 1), range.Kind, []))]);

    /// <summary>Dotted; an ordinal of the pool.</summary>
    internal string AddressOf(ulong ordinal) => Pool.AddressOf(ordinal).ToString();

    private static SharedSubnetMap Of(PoolView pool, FenceBlock block, string reason, AddressMap before, AddressMap after)
    {
        var map = new SharedSubnetMap(pool.Subnet, block.ToString(), reason, [], []);
        return map with { Before = map.Ranges(before), After = map.Ranges(after) };
    }

    private static List<AddressFence> Fences(PoolView pool) =>
        [.. pool.Addresses.Where(address => address.Owner == AddressOwner.Fence).Select(address => new AddressFence(address.Ordinal, address.Ordinal + (address.Count - 1), ""))];

    private ImmutableArray<AddressRange> Ranges(AddressMap map)
    {
        var ranges = ImmutableArray.CreateBuilder<AddressRange>();
        var pool = Pool;
        foreach (var run in map.Runs)
            if (ranges is [.., var last] && last.Kind == run.State && last.Ordinal + last.Count == run.First)
                ranges[^1] = last with { Last = pool.AddressOf(run.Last).ToString(), Count = last.Count + run.Count };
            else
                ranges.Add(new(pool.AddressOf(run.First).ToString(), pool.AddressOf(run.Last).ToString(), run.Count, AddressStates.Word(run.State)) { Ordinal = run.First, Kind = run.State });
        return ranges.DrainToImmutable();
    }
}

/// <summary>Consecutive addresses that are the same thing.</summary>
/// <param name="State"><c>reserved</c>, <c>used</c>, <c>fenced</c>, <c>leaked</c>, <c>unmarked</c> or <c>duplicate</c>.</param>
public sealed record AddressRange(string First, string Last, ulong Count, string State)
{
    [JsonIgnore]
    internal ulong Ordinal { get; init; }

    [JsonIgnore]
    internal AddressState Kind { get; init; }
}
