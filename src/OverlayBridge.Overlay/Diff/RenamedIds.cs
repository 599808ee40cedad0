using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>
/// Generated ids of one store that stand for the same thing in the other: a network that was made anew with the same name
/// and subnets, an endpoint that was made anew with the same name and address in the same network. Only where it is
/// certain: exactly one such thing went and exactly one came.
/// </summary>
internal sealed class RenamedIds
{
    private readonly Dictionary<string, string> _networks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string NetworkId, string EndpointId), (string NetworkId, string EndpointId)> _endpoints = [];

    /// <summary>No id of the store itself is renamed: its things are shown under their own ids.</summary>
    private readonly HashSet<object> _targets;

    private RenamedIds(HashSet<object> targets) => _targets = targets;

    /// <summary>What the one store calls otherwise than the other; and the same seen from the other, which keeps its ids.</summary>
    /// <param name="touched">In a network without a changed key no endpoint went, and none came.</param>
    public static (RenamedIds From, RenamedIds To) Between(Inventory from, Inventory to, Touched touched)
    {
        var renamed = new RenamedIds([]);
        var (earlier, later) = (from.Networks.Concat(from.Remnants).ToDictionary(n => n.Id), to.Networks.Concat(to.Remnants).ToDictionary(n => n.Id));
        // An id of which the other store has a remnant has not gone, and cannot be another network's.
        var matches = Matches(from.Networks.Where(n => !later.ContainsKey(n.Id)), to.Networks.Where(n => !earlier.ContainsKey(n.Id)), Proof);
        foreach (var (before, after) in matches)
            renamed._networks.Add(before.Id, after.Id);
        foreach (var network in earlier.Values.Where(touched.Network))
            if (later.GetValueOrDefault(renamed.Network(network.Id)) is { } other)
                renamed.MatchEndpoints(network, other);
        return (renamed, new([.. renamed._networks.Values, .. renamed._endpoints.Values.Cast<object>()]));
    }

    /// <summary>The network as the other store calls it.</summary>
    public NetworkView Apply(NetworkView network) => _networks.TryGetValue(network.Id, out var id) ? network with { Id = id } : network;

    public EndpointView Apply(EndpointView endpoint) =>
        Endpoint(endpoint.NetworkId, endpoint.Id) is var (network, id) && (network, id) != (endpoint.NetworkId, endpoint.Id)
            ? endpoint with { NetworkId = network, Id = id }
            : endpoint;

    public PoolView Apply(PoolView pool) => _networks.Count + _endpoints.Count == 0
        ? pool
        : pool with
        {
            NetworkIds = [.. pool.NetworkIds.Select(Network).Order(KeyOrder.Instance)],
            Addresses = [.. pool.Addresses.Select(Apply)],
        };

    /// <summary>The id as a fact, for what has another id in the other store; else null.</summary>
    public string? FormerOf(NetworkView network) => _networks.ContainsKey(network.Id) || _targets.Contains(network.Id) ? network.Id : null;

    /// <inheritdoc cref="FormerOf(NetworkView)"/>
    public string? FormerOf(EndpointView endpoint) =>
        (endpoint.NetworkId, endpoint.Id) is var key && (_endpoints.ContainsKey(key) || _targets.Contains(key)) ? endpoint.Id : null;

    private void MatchEndpoints(NetworkView before, NetworkView after)
    {
        var matches = Matches(Gone(before.Endpoints, after.Endpoints, e => e.Id), Gone(after.Endpoints, before.Endpoints, e => e.Id), Proof);
        foreach (var (endpoint, other) in matches)
            _endpoints.Add((before.Id, endpoint.Id), (after.Id, other.Id));
    }

    private UsedAddress Apply(UsedAddress address) => (address.NetworkId, address.EndpointId) switch
    {
        ({ } network, { } endpoint) when Endpoint(network, endpoint) is var (otherNetwork, otherEndpoint) =>
            address with { NetworkId = otherNetwork, EndpointId = otherEndpoint },
        ({ } network, null) => address with { NetworkId = Network(network) },
        _ => address,
    };

    private string Network(string id) => _networks.GetValueOrDefault(id, id);

    private (string NetworkId, string EndpointId) Endpoint(string network, string id) =>
        _endpoints.TryGetValue((network, id), out var other) ? other : (Network(network), id);

    private static string? Proof(NetworkView network) =>
        network.Name is null || network.Subnets.IsEmpty ? null : $"{network.Name}|{string.Join('|', network.Subnets.Select(s => s.Subnet))}";

    private static string? Proof(EndpointView endpoint) =>
        endpoint.Name.Length == 0 || endpoint.Address is null ? null : $"{endpoint.Address}|{endpoint.Name}";

    private static IEnumerable<T> Gone<T>(IEnumerable<T> here, IEnumerable<T> there, Func<T, string> id) => here.ExceptBy(there.Select(id), id);

    private static IEnumerable<(T Before, T After)> Matches<T>(IEnumerable<T> gone, IEnumerable<T> come, Func<T, string?> proof)
    {
        var came = come.ToLookup(proof);
        return
            from before in gone
            group before by proof(before) into same
            where same.Key is not null && same.Count() == 1 && came[same.Key].Count() == 1
            select (same.Single(), came[same.Key].Single());
    }
}
