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
        _form = image.Entries.Any(e => e.KeyStartsWith("/")) ? StoreKeyForm.Etcd : StoreKeyForm.Consul;
        _faults = store.Faults.GroupBy(f => f.Key).ToFrozenDictionary(g => g.Key, g => g.First());
        Networks = NetworksOf(store);
        _byId = Networks.ToFrozenDictionary(n => n.Id);
        Pools = new PoolIndex(store, Networks, Engines);
        Vnis = new VniIndex(store, Networks);
        // Markers and records without a value are few; the rest need not be told apart again.
        var empty = image.Entries.Where(e => e.Bytes.IsEmpty).Select(e => (Text: e.Key, Key: LegacyKey.Parse(e.Key)))
            .Where(k => k.Key is not ForeignKey && k.Key.Prefix == store.Prefix).ToList();
        Markers = [.. empty.Where(k => k.Key is EndpointFolderKey).Select(k => (((EndpointFolderKey)k.Key).NetworkId, k.Text))];
        ValuelessRecords = [.. empty.Where(k => k.Key is not (EndpointFolderKey or FolderKey)).Select(k => k.Text)];
        Hosts = new HostIndex(store, store.Nodes.Count > 0 || empty.Exists(k => k.Key is FolderKey { Folder: "docker/nodes" }));
    }

    public StoreImage Image { get; }

    public DecodedStore Store { get; }

    public EngineIndex Engines { get; }

    public ImmutableArray<Cidr> Fences { get; }

    /// <summary>Every id that N, C, O or an E names, in order.</summary>
    public ImmutableArray<NetworkRecords> Networks { get; }

    public PoolIndex Pools { get; }

    public VniIndex Vnis { get; }

    public HostIndex Hosts { get; }

    /// <summary>Of these entries those with a key of the layout, markers included; keys of others left out.</summary>
    public IEnumerable<KeyValueEntry> Own(IEnumerable<KeyValueEntry> entries)
    {
        var foreign = Store.ForeignKeys.ToHashSet();
        return entries.Where(e => !foreign.Contains(e.Key));
    }

    /// <summary>The markers <c>endpoint/ID/</c>.</summary>
    public ImmutableArray<(string NetworkId, string Key)> Markers { get; }

    /// <summary>Keys of records, D included, that have no value.</summary>
    public ImmutableArray<string> ValuelessRecords { get; }

    /// <summary>The keys are Consul's: they carry flags and sessions.</summary>
    public bool IsConsul => _form == StoreKeyForm.Consul && Image.Entries.Any(e => e.Flags != 0);

    public static AuditSubject Of(StoreImage image, ImmutableArray<EngineFacts> engines, ImmutableArray<Cidr> fences) =>
        Of(DecodedImage.Of(image), engines, fences);

    public static AuditSubject Of(DecodedImage decoded, ImmutableArray<EngineFacts> engines, ImmutableArray<Cidr> fences) =>
        new(decoded.Image, decoded.Store, engines, fences);

    public NetworkRecords? Network(string id) => _byId.GetValueOrDefault(id);

    /// <summary>What is wrong with the value of an unreadable key: "byte 245: the value ends …".</summary>
    public string FaultOf(string key) => _faults.TryGetValue(key, out var fault) ? $"byte {fault.Offset}: {fault.Reason}" : "";

    /// <summary>How this store spells a key.</summary>
    public string Spell(LegacyKey key) => key.Format(_form);

    public string CountKey(NetworkRecords network) => Spell(new EndpointCountKey(Store.Prefix, network.Id));

    public string OverlayKey(NetworkRecords network) => Spell(new OverlayNetworkKey(Store.Prefix, network.Id));

    /// <summary>P of the pool's address space, whether there or not.</summary>
    public string PoolsKey(PoolRecords pool) => Spell(new PoolConfigurationKey(Store.Prefix, pool.PoolId.AddressSpace));

    /// <summary>B of the pool, whether there or not.</summary>
    public string BitmapKey(PoolRecords pool) =>
        pool.Bitmap?.Entry.Key ?? Spell(new AddressBitmapKey(Store.Prefix, pool.PoolId.AddressSpace, pool.PoolId.Pool));

    public string VniKey => Store.VxlanIds?.Entry.Key ?? Spell(new VxlanIdsKey(Store.Prefix));

    private static ImmutableArray<NetworkRecords> NetworksOf(DecodedStore store)
    {
        var ids = new SortedSet<string>(KeyOrder.Instance);
        ids.UnionWith(store.Networks.Keys);
        ids.UnionWith(store.Counts.Keys);
        ids.UnionWith(store.Overlays.Keys);
        ids.UnionWith(store.Endpoints.NetworkIds);
        return [.. ids.Select(id => Of(store, id))];
    }

    private static NetworkRecords Of(DecodedStore store, string id)
    {
        var network = new NetworkRecords(id)
        {
            Filed = store.Networks.GetValueOrDefault(id),
            Count = store.Counts.GetValueOrDefault(id),
            Overlay = store.Overlays.GetValueOrDefault(id),
        };
        network.Endpoints = [.. store.Endpoints.Of(id).Select(e => new EndpointRecords(network, e))];
        return network;
    }
}
