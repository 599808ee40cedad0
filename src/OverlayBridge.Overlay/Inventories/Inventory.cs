using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// What a legacy store says, put together: networks with their endpoints, pools with every used address and who holds it,
/// VNIs, hosts. Made by a pure function; equal images give equal inventories, in the same order. What cannot be decoded is
/// a fault and hides nothing else. Addresses and CIDRs are texts, so that the records serialise as they are.
/// </summary>
public sealed record Inventory
{
    /// <summary>Where the image came from (<see cref="StoreImage.Source"/>).</summary>
    public required string Source { get; init; }

    /// <summary>The store's index, 0 when the source does not say.</summary>
    public required ulong Index { get; init; }

    /// <summary>The path of the store URL in front of all keys: empty, or ending in a slash.</summary>
    public required string Prefix { get; init; }

    public required InventoryCounts Counts { get; init; }

    /// <summary>Every network that has an N key, readable or not, by name and id.</summary>
    public required ImmutableArray<NetworkView> Networks { get; init; }

    /// <summary>What is left of networks that have no N key any more: C, O or endpoints; by id.</summary>
    public required ImmutableArray<NetworkView> Remnants { get; init; }

    /// <summary>Master pools, each followed by its sub-pools; by address space, family, address.</summary>
    public required ImmutableArray<PoolView> Pools { get; init; }

    public required VniView Vnis { get; init; }

    /// <summary>By address.</summary>
    public required ImmutableArray<HostView> Hosts { get; init; }

    /// <summary>Keys of other programs, or of another prefix, in key order.</summary>
    public required ImmutableArray<string> ForeignKeys { get; init; }

    /// <summary>What could not be decoded, in key order.</summary>
    public required ImmutableArray<InventoryFault> Faults { get; init; }

    /// <summary>Reads an image. Never throws on any content.</summary>
    /// <param name="fences">Blocks that are fenced off for swarm: their addresses have an owner then.</param>
    public static Inventory From(StoreImage image, params ImmutableArray<Cidr> fences) => Of(DecodedImage.Of(image), fences);

    /// <inheritdoc cref="From(StoreImage, ImmutableArray{Cidr})"/>
    public static Inventory Of(DecodedImage decoded, params ImmutableArray<Cidr> fences)
    {
        var (image, store) = (decoded.Image, decoded.Store);
        int held = 0;
        ImmutableArray<NetworkView> networks = [];
        ImmutableArray<PoolView> pools = [];
        ImmutableArray<HostView> hosts = [];
        Parallel.Invoke(
            () => networks = NetworkViews.Of(store),
            () => pools = PoolViews.Of(store, fences, out held),
            () => hosts = HostViews.Of(store));
        return new Inventory
        {
            Source = image.Source,
            Index = image.Index,
            Prefix = store.Prefix,
            Networks = [.. networks.Where(n => n.State != NetworkState.Missing)],
            Remnants = [.. networks.Where(n => n.State == NetworkState.Missing)],
            Pools = pools,
            Vnis = VniViews.Of(store),
            Hosts = hosts,
            ForeignKeys = store.ForeignKeys,
            Faults = store.Faults,
            Counts = new InventoryCounts
            {
                Networks = networks.Count(n => n.State != NetworkState.Missing),
                Endpoints = networks.Sum(n => n.EndpointCount),
                Pools = pools.Count(p => p.Kind == PoolKind.Master),
                SubPools = pools.Count(p => p.Kind == PoolKind.SubPool),
                Addresses = held,
                Hosts = hosts.Length,
                Faults = store.Faults.Length,
            },
        };
    }
}
