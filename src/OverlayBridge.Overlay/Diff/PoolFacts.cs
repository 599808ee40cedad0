using System.Globalization;
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
            .Add("unassigned", vnis.Used.Where(v => v.NetworkId is null).Select(v => v.Vni == v.LastVni ? $"{v.Vni}" : $"{v.Vni}-{v.LastVni}"))
            .Add("notInBitmap", vnis.Used.Where(v => v.InBitmap == false).Select(v => $"{v.Vni}"))
            .ToImmutable(),
        "vxlan-id");

    /// <summary>One thing for each address, with all its claims, and one for each range that nothing claims.</summary>
    public static IEnumerable<Thing> AddressesOf(PoolView pool) => pool.Addresses.GroupBy(a => (a.Address, a.LastAddress)).Select(claims =>
    {
        string range = claims.Key.Address == claims.Key.LastAddress ? claims.Key.Address : $"{claims.Key.Address}-{claims.Key.LastAddress}";
        return new Thing(ChangeKind.Address, $"{pool.Id} {range}", null,
            new Facts()
                .Add("owner", claims.Select(Owner))
                .Add("bitmap", claims.First().InBitmap switch { true => "taken", false => "free", null => null })
                .ToImmutable(),
            pool.Id, claims.First().Ordinal);
    });

    private static string Owner(UsedAddress address) => string.Join(' ', new[]
    {
        address.Owner.ToString().ToLowerInvariant(), address.Name,
        address.NetworkId is null ? null : address.EndpointId is null ? $"({address.NetworkId})" : $"({address.NetworkId}/{address.EndpointId})",
    }.OfType<string>());

    private static string? Drift(ulong? counter, ulong? free) =>
        counter == free || counter is null || free is null ? null
            : ((Int128)counter.Value - free.Value).ToString(CultureInfo.InvariantCulture);
}
