using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>All records of one legacy tree, decoded and filed by what they belong to; what cannot be decoded is a fault.</summary>
internal sealed class DecodedStore
{
    private const string CheckPools = "Rebuild the pool configuration from the pools that the networks name.";
    private readonly ImmutableArray<InventoryFault>.Builder _faults = ImmutableArray.CreateBuilder<InventoryFault>();
    private readonly ImmutableArray<string>.Builder _foreign = ImmutableArray.CreateBuilder<string>();

    private DecodedStore(string prefix) => Prefix = prefix;

    public string Prefix { get; }

    /// <summary>By id in the key. A null record cannot be decoded.</summary>
    public SortedDictionary<string, Filed<NetworkRecord>> Networks { get; } = new(KeyOrder.Instance);

    public SortedDictionary<string, Filed<EndpointCountRecord>> Counts { get; } = new(KeyOrder.Instance);

    public SortedDictionary<string, Filed<OverlayNetworkRecord>> Overlays { get; } = new(KeyOrder.Instance);

    /// <summary>By network id, then endpoint id.</summary>
    public EndpointTable Endpoints { get; } = new();

    /// <summary>P, by address space.</summary>
    public SortedDictionary<string, Filed<PoolConfigurationRecord>> PoolConfigurations { get; } = new(KeyOrder.Instance);

    /// <summary>By pool id as written in P.</summary>
    public SortedDictionary<string, FiledPool> Pools { get; } = new(KeyOrder.Instance);

    /// <summary>By id of the master pool, from the key.</summary>
    public SortedDictionary<string, FiledBitmap> Bitmaps { get; } = new(KeyOrder.Instance);

    public Filed<BitmapRecord>? VxlanIds { get; private set; }

    /// <summary>By address and port.</summary>
    public SortedDictionary<string, Filed<NodeRecord>> Nodes { get; } = new(KeyOrder.Instance);

    public ImmutableArray<string> ForeignKeys => _foreign.ToImmutable();

    public ImmutableArray<InventoryFault> Faults => [.. _faults.OrderBy(f => f.Key, KeyOrder.Instance).ThenBy(f => f.Offset)];

    public static DecodedStore From(StoreImage image)
    {
        var entries = image.Entries;
        var parsed = ParsedEntries.Of(entries);
        var store = new DecodedStore(PrefixOf(parsed));
        var texts = new TextPool();
        for (int i = 0; i < entries.Length; i++)
            if (parsed.Endpoints[i] is { } endpoint)
                store.File(endpoint);
            else
                store.File(entries[i], parsed.Keys[i]!, texts);
        store.Endpoints.Complete();
        return store;
    }

    // A store URL has one path. Should a dump hold several trees, the one with most keys is meant.
    private static string PrefixOf(ParsedEntries parsed) => parsed.Keys
        .Where(key => key is not (null or ForeignKey))
        .CountBy(key => key!.Prefix)
        .Append(new("", parsed.Endpoints.Count(endpoint => endpoint is not null)))
        .AggregateBy(group => group.Key, 0, (sum, group) => sum + group.Value)
        .OrderByDescending(group => group.Value)
        .ThenBy(group => group.Key.Length).ThenBy(group => group.Key, KeyOrder.Instance)
        .Select(group => group.Key)
        .First();

    private void File(FiledEndpoint endpoint)
    {
        if (Prefix.Length > 0)
            _foreign.Add(endpoint.Entry.Key);
        else
            Add(endpoint);
    }

    private void Add(FiledEndpoint endpoint)
    {
        Endpoints.Add(endpoint);
        if (endpoint.Outline is null)
            Decode(RecordFormats.Endpoint, endpoint.Entry, endpoint.NetworkId); // for the fault
    }

    private void File(KeyValueEntry entry, LegacyKey key, TextPool texts)
    {
        if (key is ForeignKey || key.Prefix != Prefix)
        {
            _foreign.Add(entry.Key);
            return;
        }
        switch (key)
        {
            case NetworkKey network:
                Networks[network.NetworkId] = Decode(RecordFormats.Network, entry, network.NetworkId);
                break;
            case EndpointCountKey count:
                Counts[count.NetworkId] = Decode(RecordFormats.EndpointCount, entry, count.NetworkId);
                break;
            case EndpointKey endpoint:
                byte[] id = Encoding.UTF8.GetBytes(endpoint.EndpointId);
                Add(new FiledEndpoint(endpoint.NetworkId, id, entry, ParsedEntries.Outline(entry, id, texts)));
                break;
            case OverlayNetworkKey overlay:
                Overlays[overlay.NetworkId] = Decode(RecordFormats.OverlayNetwork, entry, overlay.NetworkId);
                break;
            case PoolConfigurationKey configuration:
                FilePools(entry, configuration.AddressSpace);
                break;
            case AddressBitmapKey bitmap:
                FileBitmap(entry, bitmap);
                break;
            case VxlanIdsKey:
                VxlanIds = Decode(RecordFormats.Bitmap, entry);
                break;
            case NodeKey node:
                Nodes[node.Address] = Decode(RecordFormats.Node, entry);
                break;
        }
    }

    private void FilePools(KeyValueEntry entry, string addressSpace)
    {
        var filed = PoolConfigurations[addressSpace] = Decode(RecordFormats.PoolConfiguration, entry);
        if (filed.Value is not { } configuration)
            return;
        foreach (var (name, pool) in configuration.Pools)
            if (PoolId.TryParse(name, out var id) && Cidr.TryParse(id.Pool, out var subnet) &&
                (id.SubPool is null || (Cidr.TryParse(id.SubPool, out var range) && subnet.Contains(range))))
                Pools[name] = new(id, subnet, pool);
            else
                Fault(entry, Math.Max(0, entry.Bytes.Span.IndexOf(Encoding.UTF8.GetBytes(name))),
                    $"\"{name}\" names no pool: it is not an address space, a subnet and perhaps a range inside it.", CheckPools);
    }

    private void FileBitmap(KeyValueEntry entry, AddressBitmapKey key)
    {
        if (Cidr.TryParse(key.Pool, out var subnet))
            Bitmaps[key.PoolId.ToString()] = new(key.PoolId, subnet, Decode(RecordFormats.Bitmap, entry));
        else
            Fault(entry, 0, "the key of the bitmap names no subnet.", CheckPools);
    }

    private Filed<T> Decode<T>(RecordFormat<T> format, KeyValueEntry entry, string? networkId = null)
        where T : class
    {
        try
        {
            return new Filed<T>(entry, format.Decode(entry.Key, entry.Bytes.Span));
        }
        catch (RecordFormatException e)
        {
            Fault(entry, e.Offset, e.What, e.Remedy, networkId);
            return new Filed<T>(entry, null);
        }
    }

    private void Fault(KeyValueEntry entry, int offset, string reason, string remedy, string? networkId = null) =>
        _faults.Add(new InventoryFault
        {
            Key = entry.Key, Offset = offset, Reason = reason, Remedy = remedy, NetworkId = networkId,
        });
}
