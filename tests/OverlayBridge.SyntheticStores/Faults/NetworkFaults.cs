using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using static OverlayBridge.SyntheticStores.Faults.FaultCatalogue;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>Faults of N, C, O and V.</summary>
internal static class NetworkFaults
{
    private const uint FirstVni = 256;

    public static IEnumerable<(int Rule, Func<StoreEditor, InjectedFault> Inject)> All =>
    [
        (1, Unreadable),
        (3, store => On(store, n => n.CountKey, (key, _) => store.Cut(key, 2))),
        (4, store => On(store, n => n.CountKey, (key, _) => store.Delete(key))),
        (7, store => On(store, n => n.CountKey, (key, _) => store.Edit(RecordFormats.EndpointCount, key, c => new EndpointCountRecord(c.Count + 1)))),
        (8, Remnant),
        (13, store => OnVni(store, (vni, _) => store.EditBits(store.VnisKey, bits => bits.Clear(vni - FirstVni)))),
        (14, LeakedVni),
        (15, DuplicateVni),
        (16, RemnantOverlay),
        (17, NoOverlay),
        (29, store => On(store, n => n.OverlayKey, (key, n) => store.Write(RecordFormats.OverlayNetwork, key,
            n.O with { Subnets = [n.O.Subnets[0] with { Gateway = $"{n.Master.AddressOf(n.Master.Length - 3)}/{n.Master.Network.Length}" }] }))),
        (30, store => On(store, n => n.OverlayKey, (key, n) => store.Write(RecordFormats.OverlayNetwork, key, n.O with { Mtu = 1234 }))),
        (32, store => On(store, n => n.Key, (key, n) => store.Write(RecordFormats.Network, key,
            n.N with { IpamV4Config = n.N.IpamV4Config.Add(new IpamConfig("", "", "", null)) }))),
        (34, DuplicateName),
        (42, store => On(store, n => n.Key, (key, n) => store.Write(RecordFormats.Network, key, n.N with { InDelete = true }))),
        (43, store => On(store, n => n.Key, (key, n) => store.Write(RecordFormats.Network, key, n.N with { Persist = false }))),
        (44, store => On(store, n => n.Key, (key, n) => store.Write(RecordFormats.Network, key, n.N with { EnableIPv6 = true }))),
        (45, Encrypted),
        (50, Plugin),
    ];

    private static InjectedFault On(StoreEditor store, Func<FaultyNetwork, string> keyOf, Action<string, FaultyNetwork> damage)
    {
        var network = store.TakePlain();
        damage(keyOf(network), network);
        return Fault(network.Id, keyOf(network));
    }

    // Nothing else tells the gateway, or that the pool is used.
    private static InjectedFault Unreadable(StoreEditor store)
    {
        var network = store.TakePlain();
        store.Cut(network.Key, 20);
        return Fault(network.Id, network.Key) with { Consequences = [("OB09", network.Gateway), ("OB18", network.PoolId)] };
    }

    private static InjectedFault NoOverlay(StoreEditor store)
    {
        var network = store.Take(n => n.IsPlain && n.O.Subnets[0].Vni != 0);
        store.Delete(network.OverlayKey);
        return Fault(network.Id, network.OverlayKey) with { Consequences = [("OB14", $"{network.O.Subnets[0].Vni}")] };
    }

    private static InjectedFault Remnant(StoreEditor store)
    {
        var network = store.TakePlain();
        store.Delete(network.Key);
        return Fault(network.Id, [network.CountKey, network.OverlayKey, network.BitmapKey, .. network.Endpoints.Select(network.EndpointKey)]) with
        {
            Consequences =
            [
                .. network.Endpoints.Select(e => ("OB08", network.Endpoint(e))), ("OB09", network.Gateway), ("OB16", network.Id), ("OB18", network.PoolId),
            ],
        };
    }

    private static InjectedFault OnVni(StoreEditor store, Action<uint, FaultyNetwork> damage)
    {
        var network = store.Take(n => n.IsPlain && n.O.Subnets[0].Vni != 0);
        damage(network.O.Subnets[0].Vni, network);
        return Fault($"{network.O.Subnets[0].Vni}", network.OverlayKey, store.VnisKey);
    }

    private static InjectedFault LeakedVni(StoreEditor store) => Fault($"{SetFreeVni(store)}", store.VnisKey);

    private static InjectedFault DuplicateVni(StoreEditor store)
    {
        var first = store.Take(n => n.IsPlain && n.O.Subnets[0].Vni != 0);
        return OnVni(store, (vni, second) =>
        {
            store.Write(RecordFormats.OverlayNetwork, first.OverlayKey, first.O with { Subnets = [first.O.Subnets[0] with { Vni = vni }] });
            store.EditBits(store.VnisKey, bits => bits.Clear(first.O.Subnets[0].Vni - FirstVni));
        });
    }

    private static InjectedFault RemnantOverlay(StoreEditor store)
    {
        uint vni = SetFreeVni(store);
        string id = store.NewId(), key = $"{store.Root}overlay/network/{id}/";
        store.Write(RecordFormats.OverlayNetwork, key, new OverlayNetworkRecord(0, false, [new OverlaySubnet("10.249.0.0/24", "10.249.0.1/24", vni)]));
        return Fault(id, key) with { Consequences = [("OB08", id)] };
    }

    private static InjectedFault DuplicateName(StoreEditor store)
    {
        var (one, two) = (store.TakePlain(), store.TakePlain());
        store.Write(RecordFormats.Network, two.Key, two.N with { Name = one.N.Name });
        return Fault(one.N.Name, one.Key, two.Key) with { Consequences = [("OB34", one.Id), ("OB34", two.Id)] };
    }

    private static InjectedFault Encrypted(StoreEditor store)
    {
        var network = store.TakePlain();
        var generic = JsonValue.Object(new JsonMember("com.docker.network.enable_ipv6", JsonValue.Boolean(false)),
            new JsonMember("com.docker.network.generic", JsonValue.Object(new JsonMember("encrypted", JsonValue.String("")))));
        store.Write(RecordFormats.Network, network.Key, network.N with { Generic = generic });
        store.Write(RecordFormats.OverlayNetwork, network.OverlayKey, network.O with { Secure = true });
        return Fault(network.Id, network.OverlayKey, network.Key);
    }

    private static InjectedFault Plugin(StoreEditor store)
    {
        var record = store.TakePlain().N with
        {
            Id = store.NewId(), Name = "plugin-net", NetworkType = "weave", IpamType = "weaveipam", IpamV4Config = [], IpamV4Info = [],
        };
        store.Write(RecordFormats.EndpointCount, $"{store.Root}endpoint_count/{record.Id}/", new EndpointCountRecord(0));
        store.Write(RecordFormats.Network, $"{store.Root}network/{record.Id}/", record);
        return Fault(record.Id, $"{store.Root}network/{record.Id}/");
    }

    private static uint SetFreeVni(StoreEditor store)
    {
        uint vni = 0;
        store.EditBits(store.VnisKey, bits =>
        {
            // From the end: the lower ones may be free by another fault.
            ulong ordinal = bits.FindFreeBlock(1, 0, bits.Length - 1, highest: true)!.Value;
            vni = FirstVni + (uint)ordinal;
            return bits.Set(ordinal);
        });
        return vni;
    }
}
