using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Overlay.Audit;
using static OverlayBridge.SyntheticStores.Faults.FaultCatalogue;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>Faults of E, and of what engines say of endpoints.</summary>
internal static class EndpointFaults
{
    private const string LostHost = "203.0.113.9";

    public static IEnumerable<(int Rule, Func<StoreEditor, InjectedFault> Inject)> All =>
    [
        (2, Cut),
        (25, DuplicateAddress),
        (26, store => OnPair(store, (n, one, two) => $"{n.Id} {one.Interface!.Mac}", (one, two) => two with { Interface = two.Interface! with { Mac = one.Interface!.Mac } })),
        (27, store => On(store, e => e with { Interface = e.Interface! with { Mac = "02:11:22:33:44:55" } })),
        (28, store => On(store, e => e with { Interface = e.Interface! with { Address = e.Interface.Address!.Split('/')[0] + "/27" } })),
        (35, store => OnPair(store, (n, one, _) => $"{n.Id} {one.Name}", (one, two) => two with { Name = one.Name })),
        (36, LostHostOf),
        (37, StaleEndpoint),
        (38, store => On(store, e => e with { Sandbox = "", JoinInfo = null })),
        (39, UnknownEndpoint),
        (40, OtherAddress),
        (41, store => On(store, e => e with { Id = new string('f', 64) })),
    ];

    private static InjectedFault On(StoreEditor store, Func<EndpointRecord, EndpointRecord> change)
    {
        var network = store.TakePlain();
        var endpoint = network.Endpoints[0];
        string key = network.EndpointKey(endpoint);
        store.Write(RecordFormats.Endpoint, key, change(endpoint));
        return Fault(network.Endpoint(endpoint), key);
    }

    private static InjectedFault LostHostOf(StoreEditor store)
    {
        var fault = On(store, e => e with { Locator = LostHost });
        return fault with { Subject = LostHost, Consequences = [("OB36", fault.Subject)] };
    }

    private static InjectedFault OnPair(
        StoreEditor store, Func<FaultyNetwork, EndpointRecord, EndpointRecord, string> subject, Func<EndpointRecord, EndpointRecord, EndpointRecord> change)
    {
        var network = store.TakePlain();
        var (one, two) = (network.Endpoints[0], network.Endpoints[1]);
        store.Write(RecordFormats.Endpoint, network.EndpointKey(two), change(one, two));
        return Fault(subject(network, one, two), network.EndpointKey(one), network.EndpointKey(two));
    }

    private static InjectedFault Cut(StoreEditor store)
    {
        var network = store.TakePlain();
        string key = network.EndpointKey(network.Endpoints[0]);
        store.Cut(key, 300);
        // Its address stands at the beginning, and can still be read.
        return Fault(network.Endpoint(network.Endpoints[0]), key) with { Consequences = [("OB09", network.Address(network.Endpoints[0].Interface!.Address!))] };
    }

    // As an address that is given again leaves it: the bit of the other one is free.
    private static InjectedFault DuplicateAddress(StoreEditor store)
    {
        string before = "", bitmap = "", other = "", mac = "";
        AddressPool? pool = null;
        var fault = OnPair(store, (n, one, two) =>
        {
            (before, bitmap, pool) = (two.Interface!.Address!, n.BitmapKey, n.Master);
            (other, mac) = (n.Endpoint(two), $"{n.Id} {one.Interface!.Mac}");
            return $"{n.Pool.Master} {one.Interface!.Address!.Split('/')[0]}";
        }, (one, two) => two with { Interface = two.Interface! with { Address = one.Interface!.Address, Mac = one.Interface.Mac } });
        store.EditBits(bitmap, bits => bits.Clear(OrdinalOf(pool!, before)));
        // Its engine says the address that it really has.
        return fault with { Consequences = [("OB26", mac), ("OB40", other)] };
    }

    private static InjectedFault StaleEndpoint(StoreEditor store)
    {
        var (network, endpoint) = TakeLive(store);
        EditEngines(store, endpoint, static (container, id) => container with { Endpoints = container.Endpoints.RemoveAll(e => e.EndpointId == id) });
        return Fault(network.Endpoint(endpoint), network.EndpointKey(endpoint));
    }

    // As after an operator's delete: count and bit follow.
    private static InjectedFault UnknownEndpoint(StoreEditor store)
    {
        var (network, endpoint) = TakeLive(store);
        store.Delete(network.EndpointKey(endpoint));
        store.Edit(RecordFormats.EndpointCount, network.CountKey, c => new EndpointCountRecord(c.Count - 1));
        store.EditBits(network.BitmapKey, bits => bits.Clear(OrdinalOf(network.Master, endpoint.Interface!.Address!)));
        return Fault(network.Endpoint(endpoint), network.EndpointKey(endpoint));
    }

    private static InjectedFault OtherAddress(StoreEditor store)
    {
        var (network, endpoint) = TakeLive(store);
        var bits = store.Read(RecordFormats.Bitmap, network.BitmapKey).Sequence;
        string other = network.Master.AddressOf(bits.FindFreeBlock(1, 0, bits.Length - 1, highest: true)!.Value).ToString();
        EditEngines(store, endpoint, (container, id) => container with
        {
            Endpoints = [.. container.Endpoints.Select(e => e.EndpointId == id ? e with { Address = other } : e)],
        });
        return Fault(network.Endpoint(endpoint), network.EndpointKey(endpoint));
    }

    private static (FaultyNetwork Network, EndpointRecord Endpoint) TakeLive(StoreEditor store)
    {
        var network = store.TakePlain();
        return (network, network.Endpoints[0]);
    }

    private static void EditEngines(StoreEditor store, EndpointRecord endpoint, Func<EngineContainerFacts, string, EngineContainerFacts> change) =>
        store.Engines =
        [
            .. store.Engines.Select(engine => engine.Addresses.Contains(endpoint.Locator)
                ? engine with { Containers = [.. engine.Containers.Select(c => change(c, endpoint.Id))] }
                : engine),
        ];

    private static ulong OrdinalOf(AddressPool pool, string address) =>
        Cidr.TryParse(address, out var cidr) && pool.OrdinalOf(cidr.Bits) is { } ordinal ? ordinal : throw new FormatException(address);
}
