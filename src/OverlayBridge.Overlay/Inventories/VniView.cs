using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>The VXLAN network identifiers of the store.</summary>
public sealed record VniView
{
    /// <summary>Whether V is there and readable. Without it the next two are null.</summary>
    public required bool HasBitmap { get; init; }

    /// <summary>Identifiers that V can hold, the first being 256.</summary>
    public ulong? Size { get; init; }

    /// <summary>The engines' own counter of free identifiers, which may have drifted.</summary>
    public ulong? FreeCounter { get; init; }

    /// <summary>Every VNI in an O or in V, ascending.</summary>
    public required ImmutableArray<UsedVni> Used { get; init; }

    /// <summary><see cref="Used"/> lacks further unclaimed VNIs of V, for there are too many separate ranges.</summary>
    public bool Truncated { get; init; }
}
