using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Tests.Audit;

/// <summary>
/// Writes a small legacy store as engines do, step by step, and then breaks it: every method returns the builder. Ids are
/// hashes of names, so that a test can name them (<see cref="Id"/>).
/// </summary>
internal sealed class StoreBuilder
{
    public const string Root = "docker/network/v1.0/";
    public const string PoolsKey = Root + "ipam/default/config/GlobalDefault/";
    public const string VniKey = Root + "idm/vxlan-id/";
    private const string Host = "10.0.0.1";
    private const ulong Flags = 0x2DDCCBC058A50C18;

    private readonly SortedDictionary<string, KeyValueEntry> _entries = new(KeyOrder.Instance);
    private ulong _index = 100;

    public StoreBuilder()
    {
        Put(Root + "network/", "").Put(Root + "endpoint_count/", "").Put("docker/nodes", "").Registered(Host);
        Write(PoolsKey, RecordFormats.PoolConfiguration, new PoolConfigurationRecord("", Empty));
        Write(VniKey, RecordFormats.Bitmap, new BitmapRecord("vxlan-id", BitSequence.Create(16776960)));
    }

    private static ImmutableSortedDictionary<string, PoolEntry> Empty { get; } =
        ImmutableSortedDictionary.Create<string, PoolEntry>(KeyOrder.Instance);

    public static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static string EndpointId(string network, string name) => Id($"{network}/{name}");

    /// <summary>The subject of an endpoint.</summary>
    public static string Endpoint(string network, string name) => $"{Id(network)}/{EndpointId(network, name)}";

    public static string NetworkKey(string network) => $"{Root}network/{Id(network)}/";

    public static string CountKey(string network) => $"{Root}endpoint_count/{Id(network)}/";

    public static string OverlayKey(string network) => $"{Root}overlay/network/{Id(network)}/";

    public static string MarkerKey(string network) => $"{Root}endpoint/{Id(network)}/";

    public static string EndpointKey(string network, string name) => $"{MarkerKey(network)}{EndpointId(network, name)}/";

    public static string BitmapKey(string subnet) => $"{Root}ipam/default/data/GlobalDefault/{subnet}/";

    public static string NodeKey(string host) => $"docker/nodes/{host}:2376";

    public static string PoolId(string subnet) => $"GlobalDefault/{subnet}";

    public StoreImage Build() => new("test", _index, [.. _entries.Values], []);

    public StoreBuilder Registered(string host, string? session = "5e55")
    {
        Write(NodeKey(host), RecordFormats.Node, new NodeRecord($"{host}:2376"));
        _entries[NodeKey(host)] = _entries[NodeKey(host)] with { Session = session };
        return this;
    }

    /// <summary>Creates an overlay network with one pool for each subnet, IPv4 before IPv6.</summary>
    public StoreBuilder Network(string name, params string[] subnets)
    {
        var infos = subnets.Select(s => Pool(s, null)).ToImmutableArray();
        return Create(name, infos);
    }

    /// <summary>Creates an overlay network with <c>--subnet</c> and <c>--ip-range</c>.</summary>
    public StoreBuilder Ranged(string name, string subnet, string range) => Create(name, [Pool(subnet, range)]);

    /// <summary>Starts a container: the first free address of each family, E, C + 1, and a VNI where there is none.</summary>
    public StoreBuilder Endpoint(string network, string name, string host = Host, string? address = null)
    {
        var record = Read(NetworkKey(network), RecordFormats.Network);
        var (v4, pool) = Take(record.IpamV4Info, address);
        var (v6, pool6) = Take(record.IpamV6Info, null);
        var cidr = v4 is null ? default : Parsed(v4);
        Write(EndpointKey(network, name), RecordFormats.Endpoint, new EndpointRecord
        {
            Id = EndpointId(network, name),
            Name = name,
            Locator = host,
            Sandbox = Id("sandbox of " + name),
            JoinInfo = new JoinInfo(null, false),
            Generic = JsonValue.Object(),
            Interface = new EndpointInterface
            {
                Address = v4, AddressV6 = v6, Mac = Mac(cidr), SourceName = "veth1234567", DestinationPrefix = "eth",
                V4PoolId = pool, V6PoolId = pool6,
            },
        });
        Count(network, Read(CountKey(network), RecordFormats.EndpointCount).Count + 1);
        return Overlay(network, o => o with { Subnets = [.. o.Subnets.Select(s => s.Vni == 0 ? s with { Vni = NextVni() } : s)] });
    }

    public StoreBuilder Network(string name, Func<NetworkRecord, NetworkRecord> change) =>
        Change(NetworkKey(name), RecordFormats.Network, change);

    public StoreBuilder Endpoint(string network, string name, Func<EndpointRecord, EndpointRecord> change) =>
        Change(EndpointKey(network, name), RecordFormats.Endpoint, change);

    public StoreBuilder Interface(string network, string name, Func<EndpointInterface, EndpointInterface> change) =>
        Endpoint(network, name, e => e with { Interface = change(e.Interface!) });

    public StoreBuilder Overlay(string network, Func<OverlayNetworkRecord, OverlayNetworkRecord> change) =>
        Change(OverlayKey(network), RecordFormats.OverlayNetwork, change);

    public StoreBuilder Count(string network, ulong count) =>
        Write(CountKey(network), RecordFormats.EndpointCount, new EndpointCountRecord(count));

    public StoreBuilder Pools(Func<ImmutableSortedDictionary<string, PoolEntry>, ImmutableSortedDictionary<string, PoolEntry>> change) =>
        Change(PoolsKey, RecordFormats.PoolConfiguration, p => p with { Pools = change(p.Pools) });

    /// <summary>Changes one pool in P.</summary>
    public StoreBuilder Pools(string pool, Func<PoolEntry, PoolEntry> change) =>
        Pools(p => p.SetItem(PoolId(pool), change(p[PoolId(pool)])));

    public StoreBuilder Bitmap(string subnet, Func<BitSequence, BitSequence> change) =>
        Change(BitmapKey(subnet), RecordFormats.Bitmap, b => b with { Sequence = change(b.Sequence) });

    public StoreBuilder Vnis(Func<BitSequence, BitSequence> change) =>
        Change(VniKey, RecordFormats.Bitmap, b => b with { Sequence = change(b.Sequence) });

    public StoreBuilder Put(string key, string value)
    {
        _index++;
        _entries[key] = new KeyValueEntry(key, [.. Encoding.UTF8.GetBytes(value)], Flags, _index, _index);
        return this;
    }

    public StoreBuilder Delete(string key)
    {
        Assert.True(_entries.Remove(key), key);
        return this;
    }

    /// <summary>Cuts the value off after so many bytes.</summary>
    public StoreBuilder Cut(string key, int length) => Entry(key, e => e with { Value = e.Value[..length] });

    public StoreBuilder Entry(string key, Func<KeyValueEntry, KeyValueEntry> change)
    {
        _entries[key] = change(_entries[key]) with { ModifyIndex = ++_index };
        return this;
    }

    /// <summary>Copies a value under another key.</summary>
    public StoreBuilder Copy(string from, string to) => Put(to, Encoding.UTF8.GetString(_entries[from].Value.AsSpan()));

    public string Text(string key) => Encoding.UTF8.GetString(_entries[key].Value.AsSpan());

    public static string Mac(Cidr address) =>
        "02:42:" + string.Join(':', address.Address.GetAddressBytes().Select(b => b.ToString("x2", null)));

    private StoreBuilder Create(string name, ImmutableArray<IpamInfo> infos)
    {
        ImmutableArray<IpamInfo> v4 = [.. infos.Where(i => !i.Pool!.Contains(':'))], v6 = [.. infos.Except(v4)];
        Write(OverlayKey(name), RecordFormats.OverlayNetwork,
            new OverlayNetworkRecord(0, false, [.. v4.Select(i => new OverlaySubnet(i.Pool!, i.Gateway!, 0))]));
        Write(CountKey(name), RecordFormats.EndpointCount, new EndpointCountRecord(0));
        Put(MarkerKey(name), "");
        return Write(NetworkKey(name), RecordFormats.Network, new NetworkRecord
        {
            Id = Id(name), Name = name, NetworkType = "overlay", EnableIPv6 = !v6.IsEmpty, Scope = "global", Persist = true,
            AddressSpace = "GlobalDefault", IpamV4Info = v4, IpamV6Info = v6, Generic = JsonValue.Object(),
            IpamV4Config = [.. v4.Select(i => new IpamConfig(i.Pool!, "", "", null))],
            IpamV6Config = [.. v6.Select(i => new IpamConfig(i.Pool!, "", "", null))],
        });
    }

    private IpamInfo Pool(string subnet, string? range)
    {
        var cidr = Parsed(subnet);
        var pool = new AddressPool(cidr);
        string id = range is null ? PoolId(subnet) : $"{PoolId(subnet)}/{range}";
        Pools(p =>
        {
            long users = p.TryGetValue(PoolId(subnet), out var master) ? master.RefCount : 0;
            p = p.SetItem(PoolId(subnet), new PoolEntry(PoolParent.None, subnet, null, users + 1));
            if (range is null)
                return p;
            var (first, last) = Ordinals(pool, range);
            return p.SetItem(id, new PoolEntry(new PoolParent("GlobalDefault", subnet, ""), subnet, new PoolRange(first, last, range), 1));
        });
        if (!_entries.ContainsKey(BitmapKey(subnet)))
        {
            var bits = BitSequence.Create(pool.Length).Set(0);
            Write(BitmapKey(subnet), RecordFormats.Bitmap, new BitmapRecord(PoolId(subnet), pool.Broadcast is { } last ? bits.Set(last) : bits));
        }
        return new IpamInfo(id, "GlobalDefault", subnet, First(id), null);
    }

    private (string? Address, string PoolId) Take(ImmutableArray<IpamInfo> infos, string? address)
    {
        if (infos.IsEmpty)
            return (null, "");
        if (address is null)
            return (First(infos[0].PoolId), infos[0].PoolId);
        var cidr = Parsed(infos[0].Pool);
        var asked = Parsed($"{address}/{cidr.Length}");
        Bitmap(infos[0].Pool!, b => b.Set(new AddressPool(cidr).OrdinalOf(asked.Bits)!.Value));
        return (asked.ToString(), infos[0].PoolId);
    }

    // Takes the first free address of a pool or range.
    private string First(string poolId)
    {
        Assert.True(Legacy.Addresses.PoolId.TryParse(poolId, out var id));
        var cidr = Parsed(id.Pool);
        var pool = new AddressPool(cidr);
        var (first, last) = id.SubPool is { } range ? Ordinals(pool, range) : (0, pool.Length - 1);
        ulong free = Read(BitmapKey(id.Pool), RecordFormats.Bitmap).Sequence.FirstFree(first, last)!.Value;
        Bitmap(id.Pool, b => b.Set(free));
        return $"{pool.AddressOf(free)}/{cidr.Length}";
    }

    private static (ulong First, ulong Last) Ordinals(AddressPool pool, string range)
    {
        var cidr = Parsed(range);
        return (pool.OrdinalOf(cidr.First)!.Value, pool.OrdinalOf(cidr.Last)!.Value);
    }

    private static Cidr Parsed(string? text) => Cidr.TryParse(text, out var cidr) ? cidr : throw new ArgumentException(text);

    private uint NextVni()
    {
        ulong free = Read(VniKey, RecordFormats.Bitmap).Sequence.FirstFree(0, 16776959)!.Value;
        Vnis(b => b.Set(free));
        return (uint)free + 256;
    }

    private T Read<T>(string key, RecordFormat<T> format)
        where T : class => format.Decode(key, _entries[key].Value.AsSpan());

    private StoreBuilder Change<T>(string key, RecordFormat<T> format, Func<T, T> change)
        where T : class => Entry(key, e => e with { Value = format.Encode(change(format.Decode(key, e.Value.AsSpan()))) });

    private StoreBuilder Write<T>(string key, RecordFormat<T> format, T record)
        where T : class => _entries.ContainsKey(key) ? Change(key, format, _ => record) : Put(key, Encoding.UTF8.GetString(format.Encode(record).AsSpan()));
}
