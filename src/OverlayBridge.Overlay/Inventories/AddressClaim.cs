using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Something that says it holds an address of a pool: a gateway, an auxiliary address, an endpoint.</summary>
/// <param name="MasterId">Id of the master pool.</param>
/// <param name="Address">With the length the record gives.</param>
internal sealed record AddressClaim(
    string MasterId, Cidr Address, AddressOwner Owner, string Name, string NetworkId, FiledEndpoint? Endpoint)
{
    /// <summary>All claims of networks with Docker's own IPAM and of all endpoints.</summary>
    public static IReadOnlyList<AddressClaim> AllOf(DecodedStore store)
    {
        var claims = new Collector();
        foreach (var (id, filed) in store.Networks)
            if (filed.Value is { IpamType: "default" } network)
                foreach (var info in network.IpamV4Info.Concat(network.IpamV6Info))
                    claims.Add(id, info);
        foreach (var endpoint in store.Endpoints.All)
            if (endpoint.Outline is { } outline)
            {
                claims.Add(outline.V4PoolId, outline.Address, AddressOwner.Endpoint, outline.Name, endpoint.NetworkId, endpoint);
                claims.Add(outline.V6PoolId, outline.AddressV6, AddressOwner.Endpoint, outline.Name, endpoint.NetworkId, endpoint);
            }
        return claims.All;
    }

    private sealed class Collector
    {
        private readonly Dictionary<string, string?> _masters = [];

        public List<AddressClaim> All { get; } = [];

        public void Add(string networkId, IpamInfo info)
        {
            Add(info.PoolId, Parsed(info.Gateway), AddressOwner.Gateway, "", networkId, null);
            foreach (var (name, address) in info.AuxAddresses ?? ImmutableSortedDictionary<string, string>.Empty)
                Add(info.PoolId, Parsed(address), AddressOwner.Auxiliary, name, networkId, null);
        }

        public void Add(string poolId, Cidr? address, AddressOwner owner, string name, string networkId, FiledEndpoint? endpoint)
        {
            if (address is { } held && MasterOf(poolId) is { } master)
                All.Add(new AddressClaim(master, held, owner, name, networkId, endpoint));
        }

        private static Cidr? Parsed(string? text) => Cidr.TryParse(text, out var address) ? address : null;

        // Taken apart once for all claims of a pool.
        private string? MasterOf(string poolId)
        {
            if (!_masters.TryGetValue(poolId, out string? master))
                _masters[poolId] = master = PoolId.TryParse(poolId, out var id) ? id.Master.ToString() : null;
            return master;
        }
    }
}
