using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Pools;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A pool that P lists.</summary>
/// <param name="Subnet">Of the master.</param>
internal sealed record FiledPool(PoolId Id, Cidr Subnet, PoolEntry Entry);

/// <summary>The bitmap of a master pool, by its key.</summary>
internal sealed record FiledBitmap(PoolId Id, Cidr Subnet, Filed<BitmapRecord> Bitmap);
