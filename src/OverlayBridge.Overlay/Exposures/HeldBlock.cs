using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>A block that an exposure holds in a legacy pool: a fence or a reserve.</summary>
/// <param name="BitmapKey">Full key of the pool's bitmap.</param>
/// <param name="Pool">The pool as it is.</param>
public sealed record HeldBlock(FenceBlock Block, string BitmapKey, PoolView Pool)
{
    public IPNetwork Range => IPNetwork.Parse(Block.ToString());

    /// <summary>All of an exposure's, but for those whose pool is gone or has no readable bitmap.</summary>
    public static ImmutableArray<HeldBlock> Of(ExposureRecord exposure, Inventory legacy) =>
    [
        .. from range in exposure.Blocks
           let subnet = exposure.SubnetOf(range.BaseAddress)?.Subnet
           where subnet is not null
           let pool = FencePool.Of(legacy, subnet.Value)
           where pool is not null
           let block = FenceBlock.TryParse($"{subnet.Value}", $"{range}", out var parsed) ? parsed : null
           where block is not null
           select new HeldBlock(block, FencePool.BitmapKey(legacy, pool), pool),
    ];
}
