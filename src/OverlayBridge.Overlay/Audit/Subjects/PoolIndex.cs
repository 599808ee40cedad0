using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>Every master pool that P, a B or a network names, with who uses which of its addresses.</summary>
internal sealed partial class PoolIndex
{
    private readonly SortedDictionary<string, PoolRecords> _masters = new(KeyOrder.Instance);
    private readonly ConcurrentDictionary<string, PoolRecords?> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<Cidr, PoolRecords> _bySubnet = [];

    public PoolIndex(DecodedStore store, IReadOnlyCollection<NetworkRecords> networks, EngineIndex engines)
    {
        var named = networks.Where(n => n.HasOwnPools).SelectMany(n => n.Pools).Select(p => p.PoolId)
            .Concat(store.Pools.Keys).Concat(store.Bitmaps.Keys);
        foreach (string id in named.Distinct())
            Add(store, id);
        foreach (var (id, pool) in store.Pools)
            if (pool.Id.SubPool is not null)
                Find(id)?.SubPools.Add(id, pool);
        foreach (var network in networks)
            AddUsers(network);
        var claims = new AddressClaims(this);
        foreach (var network in networks)
            claims.Add(network);
        foreach (var live in engines.Live)
            claims.Add(live, networks);
        foreach (var pool in _masters.Values)
            pool.SortClaims();
    }

    /// <summary>By id.</summary>
    public IReadOnlyCollection<PoolRecords> All => _masters.Values;

    /// <summary>Networks without a readable N of which nothing tells the pools: any unused pool may be theirs.</summary>
    public List<NetworkRecords> Homeless { get; } = [];

    /// <summary>The master of a pool or range; null when the text names none.</summary>
    public PoolRecords? Find(string poolId) => _byId.TryGetValue(poolId, out var known)
        ? known
        : _byId[poolId] = PoolId.TryParse(poolId, out var id) ? _masters.GetValueOrDefault(id.Master.ToString()) : null;

    /// <summary>Each of these pools that lies in another one, with the next one around it: CIDRs overlap only by one holding the other.</summary>
    public static IEnumerable<(PoolRecords Outer, PoolRecords Inner)> Nested(IEnumerable<PoolRecords> pools)
    {
        var around = new Stack<PoolRecords>();
        foreach (var pool in pools.OrderBy(p => p.PoolId.AddressSpace, KeyOrder.Instance).ThenBy(p => p.Subnet.IsIPv6).ThenBy(p => p.Subnet.First).ThenBy(p => p.Subnet.Length))
        {
            while (around.TryPeek(out var last) && (last.PoolId.AddressSpace != pool.PoolId.AddressSpace || !last.Subnet.Contains(pool.Subnet)))
                around.Pop();
            if (around.TryPeek(out var outer))
                yield return (outer, pool);
            around.Push(pool);
        }
    }

    private void Add(DecodedStore store, string text)
    {
        if (!PoolId.TryParse(text, out var id) || !Cidr.TryParse(id.Pool, out var subnet))
            return;
        string master = id.Master.ToString();
        if (_masters.ContainsKey(master))
            return;
        var bitmap = store.Bitmaps.GetValueOrDefault(master)?.Bitmap;
        var pool = new PoolRecords(id.Master, subnet)
        {
            Configuration = store.PoolConfigurations.GetValueOrDefault(id.AddressSpace),
            Entry = store.Pools.GetValueOrDefault(master)?.Entry,
            Bitmap = bitmap,
            Bits = BitmapCheck.Sound(bitmap, master, new AddressPool(subnet).Length),
        };
        _masters.Add(master, pool);
        _bySubnet.TryAdd(pool.Subnet, pool);
    }

    private void AddUsers(NetworkRecords network)
    {
        if (network.HasOwnPools)
            foreach (var info in network.Pools)
            {
                if (Find(info.PoolId) is not { } pool)
                    continue;
                pool.Users.Add((network, info.PoolId));
                network.Masters.Add(pool);
            }
        else if (network.Record is null)
            AddTraces(network);
    }

    private void AddTraces(NetworkRecords network)
    {
        foreach (var subnet in network.Overlay?.Value?.Subnets ?? [])
            if (Cidr.TryParse(subnet.Subnet, out var cidr) && _bySubnet.TryGetValue(cidr.Network, out var pool))
                AddTrace(network, pool);
        foreach (string id in NamedPools(network))
            if (Find(id) is { } pool)
                AddTrace(network, pool);
        if (network.IsUnreadable && network.Masters.Count == 0)
            Homeless.Add(network);
    }

    private static void AddTrace(NetworkRecords network, PoolRecords pool)
    {
        if (pool.Traces.Contains(network))
            return;
        pool.Traces.Add(network);
        network.Masters.Add(pool);
        if (network.IsUnreadable)
            pool.Suspects.Add((network.Id, ulong.MaxValue)); // its auxiliary addresses, say
    }

    // What the legible part of N and the endpoints name: O does not tell IPv6 pools.
    private static IEnumerable<string> NamedPools(NetworkRecords network)
    {
        if (network.Filed is { } filed)
            foreach (Match match in LegiblePool().Matches(Encoding.UTF8.GetString(filed.Entry.Bytes.Span)))
                yield return match.Groups[1].Value;
        foreach (var outline in network.Readable.Select(e => e.Outline!).Where(o => o.HasInterface))
        {
            yield return outline.V4PoolId;
            yield return outline.V6PoolId;
        }
    }

    [GeneratedRegex("PoolID[^A-Za-z0-9]{2,8}([A-Za-z0-9_]+/[0-9A-Fa-f.:/]{3,99})", RegexOptions.CultureInvariant)]
    private static partial Regex LegiblePool();
}
