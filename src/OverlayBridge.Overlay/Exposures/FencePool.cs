using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>The legacy pool that a fence stands in.</summary>
internal static class FencePool
{
    /// <summary>The master pool of a subnet, if its bitmap is there and readable.</summary>
    public static PoolView? Of(Inventory legacy, IPNetwork subnet) =>
        legacy.Pools.FirstOrDefault(pool => pool is { Kind: PoolKind.Master, HasBitmap: true } && pool.Subnet == subnet.ToString());

    public static string BitmapKey(Inventory legacy, PoolView pool) =>
        new AddressBitmapKey(legacy.Prefix, pool.AddressSpace, pool.Subnet).Format();

    /// <summary>Addresses of the block that an endpoint, a gateway or a reservation claims.</summary>
    public static ImmutableArray<IPAddress> ClaimedIn(PoolView pool, IPNetwork block) =>
    [
        .. from used in pool.Addresses
           where used.Owner is AddressOwner.Endpoint or AddressOwner.Gateway or AddressOwner.Auxiliary
           let address = IPAddress.Parse(used.Address)
           where block.Contains(address)
           select address,
    ];
}
