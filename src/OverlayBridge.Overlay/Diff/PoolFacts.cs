using System.Globalization;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

internal static class PoolFacts
{
    public static Thing Of(PoolView pool) => new(ChangeKind.Pool, pool.Id, null,
        new Facts()
            .Add("subnet", pool.Subnet)
            .Add("range", pool.Range)
            .Add("configured", pool.Configured)
            .Add("refCount", pool.RefCount)
            .Add("bitmap", pool.HasBitmap)
            .Add("freeCounterDrift", Drift(pool.FreeCounter, pool.Free))
            .Add("networks", pool.NetworkIds)
            .ToImmutable(),
        pool.Id);

    public static Thing Of(VniView vnis) => new(ChangeKind.Pool, "vxlan-id", "VNIs",
        new Facts()
            .Add("bitmap", vnis.HasBitmap)
            .Add("size", vnis.Size)
            .Add("unassigned", vnis.Used.Where(v => v.NetworkId is null).Select(v => Range($"{v.Vni}", $"{v.LastVni}")))
            .Add("notInBitmap", vnis.Used.Where(v => v.InBitmap == false).Select(v => $"{v.Vni}"))
            .ToImmutable(),
        "vxlan-id");

    /// <summary>One thing for each address, with all its claims, and one for each range that nothing claims.</summary>
    public static IEnumerable<Thing> AddressesOf(PoolView pool) =>
        from address in pool.Addresses
        group address by (address.Address, address.LastAddress) into claims
        select new Thing(ChangeKind.Address, $"{pool.Id} {Range(claims.Key.Address, claims.Key.LastAddress)}", null,
            new Facts()
                .Add("owner", claims.Select(Owner).Order(KeyOrder.Instance))
                .Add("bitmap", claims.First().InBitmap switch { true => "taken", false => "free", null => null })
                .ToImmutable(),
            pool.Id, claims.First().Ordinal);

    private static string Range(string first, string last) => first == last ? first : $"{first}-{last}";

    private static string Owner(UsedAddress address) => string.Join(' ', new[]
    {
        address.Owner.ToString().ToLowerInvariant(), address.Name,
        address.EndpointId is not null ? $"({address.NetworkId}/{address.EndpointId})"
            : address.NetworkId is not null ? $"({address.NetworkId})" : null,
    }.OfType<string>());

    private static string? Drift(ulong? counter, ulong? free) =>
        counter == free || counter is null || free is null ? null
            : ((Int128)counter.Value - free.Value).ToString(CultureInfo.InvariantCulture);
}
