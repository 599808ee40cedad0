using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;

namespace OverlayBridge.Reports.Inventories;

/// <summary>A master pool with the names that belong to it and the map of its addresses.</summary>
/// <param name="NetworkIds">The networks that draw from it, those of its sub-pools included.</param>
/// <param name="Networks">Their names.</param>
/// <param name="Ranges">What the networks with an <c>--ip-range</c> give out.</param>
internal sealed record PoolMap(
    PoolView Pool, ImmutableArray<string> NetworkIds, ImmutableArray<string> Networks, ImmutableArray<string> Ranges, AddressPool Addresses, AddressMap Map, AddressOwners Owners)
{
    /// <summary>States that a person should look at, the worst first; fences are no fault, but worth knowing.</summary>
    private static readonly AddressState[] StatesToLookAt =
        [AddressState.Duplicate, AddressState.Unmarked, AddressState.Leaked, AddressState.Fenced];

    /// <summary><c>2 duplicate, 1 leaked</c>; empty when all is well and nothing is fenced.</summary>
    public string OddStates => string.Join(", ", StatesToLookAt
        .Where(state => Map.Count(state) > 0)
        .Select(state => $"{Wording.Number(Map.Count(state))} {AddressStates.Word(state)}"));

    /// <summary>One address, or the first and the last of a run.</summary>
    public string RangeOf(AddressRun run) => run.Count == 1
        ? AddressOf(run.First)
        : $"{AddressOf(run.First)} to {AddressOf(run.Last)}";

    public string AddressOf(ulong ordinal) => Addresses.AddressOf(ordinal).ToString();

    /// <summary>Who claims a run, each in words; empty for nobody.</summary>
    public IEnumerable<string> OwnersOf(AddressRun run) => run.Fence is { } fence ? [fence.Owner] : run.Claims.Select(Owners.Describe);

    /// <summary>Every master pool of an inventory whose subnet can be read, in its order.</summary>
    public static ImmutableArray<PoolMap> AllOf(InventoryDocument document)
    {
        var owners = new AddressOwners(document);
        var subPools = document.Pools.ToLookup(pool => pool.MasterId ?? "");
        var masters = document.Pools.Where(pool => pool.Kind == PoolKind.Master).ToArray();
        var maps = new PoolMap?[masters.Length];
        Parallel.For(0, masters.Length, i => maps[i] = Cidr.TryParse(masters[i].Subnet, out var subnet)
            ? Of(masters[i], new AddressPool(subnet), document.Fences, [.. subPools[masters[i].Id]], owners)
            : null);
        return [.. maps.OfType<PoolMap>()];
    }

    private static PoolMap Of(
        PoolView pool, AddressPool addresses, ImmutableArray<FenceView> allFences, ImmutableArray<PoolView> subPools, AddressOwners owners)
    {
        var fences = allFences.Where(fence => fence.Subnet == pool.Subnet)
            .SelectMany(fence => FenceOf(fence, addresses)).ToList();
        ImmutableArray<string> networks = [.. pool.NetworkIds.Concat(subPools.SelectMany(sub => sub.NetworkIds)).Distinct()];
        return new PoolMap(
            pool,
            networks,
            [.. networks.Select(owners.NetworkName)],
            [.. subPools.Select(sub => sub.Range).OfType<string>()],
            addresses,
            AddressMap.Of(pool, fences),
            owners);
    }

    private static IEnumerable<AddressFence> FenceOf(FenceView fence, AddressPool pool)
    {
        if (Cidr.TryParse(fence.Range, out var range) && pool.OrdinalOf(range.First) is { } first && pool.OrdinalOf(range.Last) is { } last)
            yield return new AddressFence(first, last, $"swarm network {fence.Name}");
    }
}
