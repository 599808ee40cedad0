using System.Collections.Frozen;
using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>A decoded store with everything that more than one rule needs, computed once.</summary>
internal sealed class AuditSubject
{
    private readonly FrozenDictionary<string, NetworkRecords> _byId;
    private readonly FrozenDictionary<string, InventoryFault> _faults;
    private readonly StoreKeyForm _form;

    private AuditSubject(StoreImage image, DecodedStore store, ImmutableArray<EngineFacts> engines, ImmutableArray<Cidr> fences)
    {
        Image = image;
        Store = store;
        Fences = fences;
        Engines = new EngineIndex(engines);
        _form = image.Entries.Any(e => e.Key.StartsWith('/')) ? StoreKeyForm.Etcd : StoreKeyForm.Consul;
        _faults = store.Faults.GroupBy(f => f.Key).ToFrozenDictionary(g => g.Key, g => g.First());
        Networks = NetworksOf(store);
        _byId = Networks.ToFrozenDictionary(n => n.Id);
    }

    public StoreImage Image { get; }

    public DecodedStore Store { get; }

    public EngineIndex Engines { get; }

    public ImmutableArray<Cidr> Fences { get; }

    /// <summary>Every id that N, C, O or an E names, in order.</summary>
    public ImmutableArray<NetworkRecords> Networks { get; }

    /// <summary>The keys are Consul's: they carry flags and sessions.</summary>
    public bool IsConsul => _form == StoreKeyForm.Consul;

    public static AuditSubject Of(StoreImage image, ImmutableArray<EngineFacts> engines, ImmutableArray<Cidr> fences) =>
        new(image, DecodedStore.From(image), engines, fences);

    public NetworkRecords? Network(string id) => _byId.GetValueOrDefault(id);

    /// <summary>What is wrong with the value of an unreadable key: "byte 245: the value ends …".</summary>
    public string FaultOf(string key) => _faults.TryGetValue(key, out var fault) ? $"byte {fault.Offset}: {fault.Reason}" : "";

    /// <summary>How this store spells a key.</summary>
    public string Spell(LegacyKey key) => key.Format(_form);

    private static ImmutableArray<NetworkRecords> NetworksOf(DecodedStore store)
    {
        var ids = new SortedSet<string>(KeyOrder.Instance);
        ids.UnionWith(store.Networks.Keys);
        ids.UnionWith(store.Counts.Keys);
        ids.UnionWith(store.Overlays.Keys);
        foreach (var (networkId, _) in store.Endpoints.Keys)
            ids.Add(networkId);
        var endpoints = store.Endpoints.ToLookup(e => e.Key.NetworkId);
        return [.. ids.Select(id => Of(store, id, endpoints[id]))];
    }

    private static NetworkRecords Of(
        DecodedStore store, string id, IEnumerable<KeyValuePair<(string NetworkId, string EndpointId), Filed<Legacy.Records.Endpoints.EndpointRecord>>> endpoints)
    {
        var network = new NetworkRecords(id)
        {
            Filed = store.Networks.GetValueOrDefault(id),
            Count = store.Counts.GetValueOrDefault(id),
            Overlay = store.Overlays.GetValueOrDefault(id),
        };
        network.Endpoints = [.. endpoints.Select(e => new EndpointRecords(network, e.Key.EndpointId, e.Value))];
        return network;
    }
}
