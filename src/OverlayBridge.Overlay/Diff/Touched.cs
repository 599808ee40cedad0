using OverlayBridge.Legacy.Keys;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>
/// What changed keys can have changed by meaning: the rest of two stores is equal without a look at it. In two stores of
/// 100,000 endpoints seldom more than a few differ.
/// </summary>
internal sealed class Touched
{
    private readonly bool _all;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _networks = new(StringComparer.Ordinal);
    private readonly HashSet<(string NetworkId, string EndpointId)> _endpoints = [];
    private readonly HashSet<string> _pools = new(StringComparer.Ordinal);

    /// <summary>Everything is looked at; the result is the same.</summary>
    public static Touched Everything { get; } = new(all: true);

    private Touched(bool all) => _all = all;

    /// <param name="keys">Keys that only one store has, and those whose values differ.</param>
    public static Touched By(IEnumerable<string> keys, Inventory from, Inventory to)
    {
        // With another prefix every key has another meaning.
        var touched = new Touched(all: from.Prefix != to.Prefix);
        foreach (var key in keys)
            touched.Add(key);
        foreach (var pool in from.Pools.Concat(to.Pools))
            touched.AddWithNetworks(pool);
        // A pool that only one store has: P lists all of them under one key.
        var (before, after) = (from.Pools.Select(pool => pool.Id).ToHashSet(), to.Pools.Select(pool => pool.Id).ToHashSet());
        touched._pools.UnionWith(before.Except(after).Concat(after.Except(before)));
        return touched;
    }

    public bool Key(string key) => _all || _keys.Contains(key);

    public bool Network(NetworkView network) => _all || _networks.Contains(network.Id);

    public bool Endpoint(EndpointView endpoint) => _all || (_networks.Contains(endpoint.NetworkId) && _endpoints.Contains((endpoint.NetworkId, endpoint.Id)));

    /// <summary>Whether an address of the pool may have another owner or state than before.</summary>
    public bool AddressesOf(PoolView pool) => _all || _pools.Contains(pool.Id);

    private void Add(string text)
    {
        _keys.Add(text);
        switch (LegacyKey.Parse(text))
        {
            case NetworkKey key: _networks.Add(key.NetworkId); break;
            case EndpointCountKey key: _networks.Add(key.NetworkId); break;
            case OverlayNetworkKey key: _networks.Add(key.NetworkId); break;
            case EndpointKey key:
                _networks.Add(key.NetworkId);
                _endpoints.Add((key.NetworkId, key.EndpointId));
                break;
            case AddressBitmapKey key: _pools.Add(key.PoolId.ToString()); break;
        }
    }

    /// <summary>A claim of a network that changed may be new, gone or another one.</summary>
    private void AddWithNetworks(PoolView pool)
    {
        if (pool.Addresses.Any(address => address.NetworkId is { } id && _networks.Contains(id)))
            _pools.Add(pool.Id);
    }
}
