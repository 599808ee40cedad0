namespace OverlayBridge.Overlay.Inventories;

/// <summary>A key whose value could not be decoded. The rest of the inventory is complete without it.</summary>
public sealed record InventoryFault
{
    /// <summary>The full store key.</summary>
    public required string Key { get; init; }

    /// <summary>Byte offset in the value, from 0, of the first byte that cannot be right.</summary>
    public required int Offset { get; init; }

    /// <summary>What is wrong, one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do about it, one sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>The network the key belongs to, or null when it belongs to none.</summary>
    public string? NetworkId { get; init; }
}
