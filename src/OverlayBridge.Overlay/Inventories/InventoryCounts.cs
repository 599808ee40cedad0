namespace OverlayBridge.Overlay.Inventories;

/// <summary>How much there is of what.</summary>
public sealed record InventoryCounts
{
    /// <summary>Networks that have an N key.</summary>
    public required int Networks { get; init; }

    /// <summary>Readable endpoints, those of remnants included.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Master pools.</summary>
    public required int Pools { get; init; }

    public required int SubPools { get; init; }

    /// <summary>Addresses that endpoints hold, IPv4 and IPv6.</summary>
    public required int Addresses { get; init; }

    public required int Hosts { get; init; }

    public required int Faults { get; init; }
}
