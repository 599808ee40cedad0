using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using static OverlayBridge.SyntheticStores.Faults.FaultCatalogue;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>Faults of P and B, and of addresses in N.</summary>
internal static class PoolFaults
{
    public static IEnumerable<(int Rule, Func<StoreEditor, InjectedFault> Inject)> All =>
    [
        (5, store => Cut(store)),
        (6, store => OnBitmap(store, (n, key) => store.Put(key, $"{{\"id\":\"{n.PoolId}\",\"sequence\":\"AAAA\"}}"))),
        (9, store => OnAddress(store, static (n, bits) => bits.FirstFree(0, bits.Length - 1)!.Value, static (bits, at) => bits.Set(at))),
        (10, store => OnAddress(store, static (n, _) => OrdinalOf(n, n.Endpoints[0].Interface!.Address!), static (bits, at) => bits.Clear(at))),
        (11, store => OnBitmap(store, (_, key) => store.EditBits(key, bits => new BitSequence(bits.Length, bits.Unselected + 3, bits.Runs)))),
        (12, store => OnAddress(store, static (_, _) => 0, static (bits, at) => bits.Clear(at))),
        (18, OrphanPool),
        (19, store => OnPool(store, static (pools, id) => pools.Remove(id)) is var fault ? fault with { Consequences = [("OB20", fault.Subject)] } : fault),
        (20, OrphanBitmap),
        (21, store => OnBitmap(store, (_, key) => store.Delete(key))),
        (22, store => OnPool(store, static (pools, id) => pools.SetItem(id, pools[id] with { RefCount = pools[id].RefCount + 1 }))),
        (23, BrokenSubPool),
        (24, Overlap),
        (31, MisplacedAux),
        (33, FullPool),
    ];

    private static InjectedFault Cut(StoreEditor store)
    {
        store.Cut(store.PoolsKey, 30);
        return Fault(store.PoolsKey, store.PoolsKey);
    }

    private static InjectedFault OnBitmap(StoreEditor store, Action<FaultyNetwork, string> damage)
    {
        var network = store.TakePlain();
        damage(network, network.BitmapKey);
        return Fault(network.PoolId, network.BitmapKey);
    }

    private static InjectedFault OnAddress(
        StoreEditor store, Func<FaultyNetwork, BitSequence, ulong> choose, Func<BitSequence, ulong, BitSequence> change)
    {
        var network = store.TakePlain();
        ulong ordinal = choose(network, store.Read(RecordFormats.Bitmap, network.BitmapKey).Sequence);
        store.EditBits(network.BitmapKey, bits => change(bits, ordinal));
        return Fault($"{network.PoolId} {network.Master.AddressOf(ordinal)}", network.BitmapKey);
    }

    private static InjectedFault OnPool(
        StoreEditor store,
        Func<ImmutableSortedDictionary<string, PoolEntry>, string, ImmutableSortedDictionary<string, PoolEntry>> change)
    {
        var network = store.TakePlain();
        store.EditPools(pools => change(pools, network.PoolId));
        return Fault(network.PoolId, network.Key, network.BitmapKey);
    }

    private static InjectedFault OrphanPool(StoreEditor store)
    {
        const string id = "GlobalDefault/10.250.0.0/24";
        store.EditPools(pools => pools.Add(id, new PoolEntry(PoolParent.None, "10.250.0.0/24", null, 1)));
        return Fault(id, AddBitmap(store, id));
    }

    private static InjectedFault OrphanBitmap(StoreEditor store) =>
        Fault("GlobalDefault/10.251.0.0/24", AddBitmap(store, "GlobalDefault/10.251.0.0/24"));

    private static string AddBitmap(StoreEditor store, string id)
    {
        string key = $"{store.Root}ipam/default/data/{id}/";
        store.Write(RecordFormats.Bitmap, key, new BitmapRecord(id, BitSequence.Create(256).Set(0).Set(255)));
        return key;
    }

    private static InjectedFault BrokenSubPool(StoreEditor store)
    {
        var network = store.Take(n => n.N.IpamV6Info.IsEmpty && n.N.IpamV4Info.Length == 1 && n.Pool.SubPool is not null);
        store.EditPools(pools => pools.SetItem(network.PoolId,
            pools[network.PoolId] with { Range = pools[network.PoolId].Range! with { End = pools[network.PoolId].Range!.End + 8 } }));
        return Fault(network.PoolId, store.PoolsKey, network.Key);
    }

    // What --ip-range lets pass: a subnet inside another one's.
    private static InjectedFault Overlap(StoreEditor store)
    {
        var outer = store.TakePlain();
        var inner = store.AddNetwork(new Cidr(outer.Master.Network.Last & ~(AddressNumber)15, 28, IsIPv6: false));
        return Fault(inner.PoolId, store.PoolsKey, inner.Key, outer.Key, inner.BitmapKey, outer.BitmapKey);
    }

    private static InjectedFault MisplacedAux(StoreEditor store)
    {
        var network = store.Take(n => n.N is { IpamV6Info.IsEmpty: true, IpamV4Info.Length: 1 } && n.N.IpamV4Info[0].AuxAddresses is not null && n.Pool.SubPool is null);
        var (name, address) = network.N.IpamV4Info[0].AuxAddresses!.First();
        store.EditBits(network.BitmapKey, bits => bits.Clear(OrdinalOf(network, address)));
        var info = network.N.IpamV4Info[0] with { AuxAddresses = network.N.IpamV4Info[0].AuxAddresses!.SetItem(name, "192.0.2.77/24") };
        store.Write(RecordFormats.Network, network.Key, network.N with { IpamV4Info = [info] });
        return Fault($"{network.PoolId} 192.0.2.77", network.Key);
    }

    private static InjectedFault FullPool(StoreEditor store)
    {
        var network = store.AddNetwork(StoreEditor.Subnet("10.252.0.0", 30), 2);
        return Fault(network.PoolId, network.Key, network.BitmapKey);
    }

    private static ulong OrdinalOf(FaultyNetwork network, string address) =>
        Cidr.TryParse(address, out var cidr) && network.Master.OrdinalOf(cidr.Bits) is { } ordinal ? ordinal : throw new FormatException(address);
}
