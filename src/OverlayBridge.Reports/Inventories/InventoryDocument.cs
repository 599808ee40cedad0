using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.Inventories;

/// <summary>
/// What <c>inspect</c> and <c>report</c> show: the one source of all four forms. Its JSON is a contract:
/// docs/schemas/inventory.schema.json. A field is only ever added; anything else raises <see cref="FormatVersion"/>.
/// </summary>
/// <param name="Source">The STATE as given, without secrets.</param>
/// <param name="Index">The store's index when it was read; 0 when the source does not say.</param>
/// <param name="Prefix">The path in front of all keys: empty, or ending in a slash.</param>
/// <param name="Remnants">What is left of networks whose own record is gone.</param>
/// <param name="Fences">Blocks that were set aside for swarm; known only where the store is a bridge.</param>
/// <param name="ForeignKeys">Keys that are not part of legacy overlay networking; left alone.</param>
/// <param name="Faults">Keys that cannot be decoded. Their values are kept, dumped and imported like any other.</param>
public sealed record InventoryDocument(
    int FormatVersion,
    string Source,
    ulong Index,
    string Prefix,
    InventoryCounts Counts,
    ImmutableArray<NetworkView> Networks,
    ImmutableArray<NetworkView> Remnants,
    ImmutableArray<PoolView> Pools,
    VniView Vnis,
    ImmutableArray<HostView> Hosts,
    ImmutableArray<FenceView> Fences,
    ImmutableArray<string> ForeignKeys,
    ImmutableArray<InventoryFault> Faults)
{
    public const int CurrentFormatVersion = 1;

    public static InventoryDocument Of(Inventory inventory, ImmutableArray<FenceView> fences) => new(
        CurrentFormatVersion, inventory.Source, inventory.Index, inventory.Prefix, inventory.Counts, inventory.Networks,
        inventory.Remnants, inventory.Pools, inventory.Vnis, inventory.Hosts, fences, inventory.ForeignKeys, inventory.Faults);
}

/// <summary>A block of a pool that swarm gives out (<c>network expose</c>).</summary>
/// <param name="NetworkId">The legacy network's.</param>
/// <param name="Subnet">CIDR of the master pool.</param>
/// <param name="Range">CIDR of the block.</param>
public sealed record FenceView(string NetworkId, string Name, string Subnet, string Range);
