using System.Collections.Immutable;
using System.Net;
using System.Text;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>A store under damage: records read, changed and removed by key, and networks given out once each.</summary>
internal sealed class StoreEditor
{
    private const ulong Flags = 3304740253564472344;
    private readonly StoreImage _image;
    private readonly Dictionary<string, KeyValueEntry> _entries;
    private readonly List<FaultyNetwork> _free;
    private ulong _index;

    public StoreEditor(StoreImage healthy, Random random)
    {
        (_image, Random, _index) = (healthy, random, healthy.Index);
        _entries = healthy.Entries.ToDictionary(e => e.Key);
        var keys = healthy.Entries.Select(e => (Entry: e, Key: LegacyKey.Parse(e.Key))).ToList();
        Root = keys.Select(k => k.Key).OfType<NetworkKey>().First().Prefix + "docker/network/v1.0/";
        Nodes = [.. keys.Where(k => k.Key is NodeKey).Select(k => k.Entry.Key)];
        var endpoints = keys.Where(k => k.Key is EndpointKey).ToLookup(
            k => ((EndpointKey)k.Key).NetworkId, k => RecordFormats.Endpoint.Decode(k.Entry.Key, k.Entry.Bytes.Span));
        _free = [.. keys.Where(k => k.Key is NetworkKey).Select(k => Read(RecordFormats.Network, k.Entry.Key))
            .Select(n => new FaultyNetwork(Root, n, Read(RecordFormats.OverlayNetwork, $"{Root}overlay/network/{n.Id}/"), [.. endpoints[n.Id]]))];
        Engines = SyntheticEngines.Of(healthy);
    }

    public Random Random { get; }

    /// <summary>In front of all keys but those of hosts: <c>docker/network/v1.0/</c>.</summary>
    public string Root { get; }

    public string PoolsKey => Root + "ipam/default/config/GlobalDefault/";

    public string VnisKey => Root + "idm/vxlan-id/";

    /// <summary>Keys of hosts.</summary>
    public List<string> Nodes { get; }

    public ImmutableArray<EngineFacts> Engines { get; set; }

    /// <summary>A network that has no fault yet, and gets no other.</summary>
    public FaultyNetwork Take(Func<FaultyNetwork, bool> fits)
    {
        var fitting = _free.Where(fits).ToList();
        if (fitting.Count == 0)
            throw new ArgumentException("No network is left that could have this fault: the store is too small.");
        var taken = fitting[Random.Next(fitting.Count)];
        _free.Remove(taken);
        return taken;
    }

    public FaultyNetwork TakePlain() => Take(static n => n.IsPlain);

    public T Read<T>(RecordFormat<T> format, string key)
        where T : class => format.Decode(key, _entries[key].Value.AsSpan());

    public void Write<T>(RecordFormat<T> format, string key, T record)
        where T : class => Put(key, format.Encode(record));

    public void Edit<T>(RecordFormat<T> format, string key, Func<T, T> change)
        where T : class => Write(format, key, change(Read(format, key)));

    public void EditBits(string key, Func<BitSequence, BitSequence> change) =>
        Edit(RecordFormats.Bitmap, key, record => record with { Sequence = change(record.Sequence) });

    public void EditPools(Func<ImmutableSortedDictionary<string, PoolEntry>, ImmutableSortedDictionary<string, PoolEntry>> change) =>
        Edit(RecordFormats.PoolConfiguration, PoolsKey, record => record with { Pools = change(record.Pools) });

    public void Put(string key, string text) => Put(key, [.. Encoding.UTF8.GetBytes(text)]);

    /// <summary>Leaves the last bytes away, as a write that was cut off.</summary>
    public void Cut(string key, int bytes) => Put(key, _entries[key].Value[..^bytes]);

    public void Change(string key, Func<KeyValueEntry, KeyValueEntry> change) => _entries[key] = change(_entries[key]);

    public void Delete(string key) => _entries.Remove(key);

    public string NewId()
    {
        byte[] bytes = new byte[32];
        Random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>A network without endpoints, complete, on this subnet; the gateway is its first address.</summary>
    public FaultyNetwork AddNetwork(Cidr subnet, params ImmutableArray<ulong> alsoReserved)
    {
        var pool = new AddressPool(subnet);
        string Address(ulong ordinal) => $"{pool.AddressOf(ordinal)}/{subnet.Length}";
        string cidr = $"{subnet.Address}/{subnet.Length}", id = NewId();
        var aux = alsoReserved.IsEmpty ? null : alsoReserved.ToImmutableSortedDictionary(o => $"aux{o}", Address, KeyOrder.Instance);
        var record = Take(static n => n.IsPlain).N with
        {
            Id = id, Name = $"added-{id[..8]}",
            IpamV4Config = [new IpamConfig(cidr, "", "", null)],
            IpamV4Info = [new IpamInfo($"GlobalDefault/{cidr}", "GlobalDefault", cidr, Address(1), aux)],
        };
        var network = new FaultyNetwork(Root, record, new OverlayNetworkRecord(0, false, [new OverlaySubnet(cidr, Address(1), 0)]), []);
        EditPools(pools => pools.Add(network.PoolId, new PoolEntry(PoolParent.None, cidr, null, 1)));
        var bits = BitSequence.Create(pool.Length).Set(0).Set(pool.Length - 1).Set(1);
        Write(RecordFormats.Bitmap, network.BitmapKey, new BitmapRecord(network.PoolId, alsoReserved.Aggregate(bits, (b, o) => b.Set(o))));
        Write(RecordFormats.OverlayNetwork, network.OverlayKey, network.O);
        Write(RecordFormats.EndpointCount, network.CountKey, new EndpointCountRecord(0));
        Write(RecordFormats.Network, network.Key, record);
        return network;
    }

    public static Cidr Subnet(string address, int length) => Cidr.Of(IPAddress.Parse(address), length);

    public StoreImage ToImage() => _image with { Index = _index, Entries = [.. _entries.Values.OrderBy(e => e.Key, KeyOrder.Instance)] };

    private void Put(string key, ImmutableArray<byte> value)
    {
        _index++;
        _entries[key] = _entries.TryGetValue(key, out var before)
            ? before with { Value = value, ModifyIndex = _index }
            : new KeyValueEntry(key, value, Flags, _index, _index);
    }
}
