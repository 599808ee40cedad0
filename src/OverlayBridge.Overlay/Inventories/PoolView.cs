using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A pool of addresses.</summary>
public sealed record PoolView
{
    public required string Id { get; init; }

    public required PoolKind Kind { get; init; }

    public required string AddressSpace { get; init; }

    /// <summary>CIDR of the master pool.</summary>
    public required string Subnet { get; init; }

    /// <summary>Sub-pools only: the range as the user wrote it.</summary>
    public string? Range { get; init; }

    /// <summary>Sub-pools only: id of the master.</summary>
    public string? MasterId { get; init; }

    public bool IsIPv6 { get; init; }

    /// <summary>Whether P lists it. A bitmap without a pool is shown as one that is not listed.</summary>
    public required bool Configured { get; init; }

    /// <summary>As P says; null when it is not listed.</summary>
    public long? RefCount { get; init; }

    /// <summary>Ids of the networks that use it, in order.</summary>
    public ImmutableArray<string> NetworkIds { get; init; } = [];

    /// <summary>Addresses in the pool, or in the sub-pool's range; 2^64−1 for IPv6 /64 and shorter.</summary>
    public required ulong Size { get; init; }

    /// <summary>Whether the master's bitmap is there and readable. Without it the next three are null.</summary>
    public required bool HasBitmap { get; init; }

    /// <summary>Set bits, in a sub-pool those of its range only.</summary>
    public ulong? Used { get; init; }

    /// <summary>Clear bits, likewise.</summary>
    public ulong? Free { get; init; }

    /// <summary>Masters only: the engines' own counter of free addresses, which may have drifted.</summary>
    public ulong? FreeCounter { get; init; }

    /// <summary>Masters only: set bits that nothing readable claims.</summary>
    public ulong? Unclaimed { get; init; }

    /// <summary>Masters only: every claim on an address and every used address, by address.</summary>
    public ImmutableArray<UsedAddress> Addresses { get; init; } = [];

    /// <summary>
    /// Masters only: <see cref="Addresses"/> lacks further unclaimed addresses, for the bitmap has more separate ranges than
    /// <see cref="PoolViews.MostRanges"/>, or all bitmaps together have more unclaimed ones than <see cref="PoolViews.MostUnclaimed"/>.
    /// </summary>
    public bool Truncated { get; init; }
}
