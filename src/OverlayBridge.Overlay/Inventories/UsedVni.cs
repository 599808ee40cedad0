namespace OverlayBridge.Overlay.Inventories;

/// <summary>A VNI of a subnet, or a range of VNIs that V holds and no O has. One VNI in two subnets makes two entries.</summary>
public sealed record UsedVni
{
    public required uint Vni { get; init; }

    /// <summary>The last of a range, included; equal to <see cref="Vni"/> for a single one.</summary>
    public required uint LastVni { get; init; }

    /// <summary>Null when no O has it.</summary>
    public string? NetworkId { get; init; }

    public string? Subnet { get; init; }

    /// <summary>Whether V has it; null without a readable V, and below 256, where V has no bits.</summary>
    public required bool? InBitmap { get; init; }
}
