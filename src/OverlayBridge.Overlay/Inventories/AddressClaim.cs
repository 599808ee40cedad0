using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Something that says it holds an address of a pool: a gateway, an auxiliary address, an endpoint.</summary>
/// <param name="MasterId">Id of the master pool.</param>
/// <param name="Address">With the length the record gives.</param>
internal sealed record AddressClaim(
    string MasterId, Cidr Address, AddressOwner Owner, string Name, string NetworkId, string? EndpointId)
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
            if (endpoint.Record is { Interface: { } face } record)
            {
                claims.Add(face.V4PoolId, face.Address, AddressOwner.Endpoint, record.Name, endpoint.NetworkId, endpoint.Id);
                claims.Add(face.V6PoolId, face.AddressV6, AddressOwner.Endpoint, record.Name, endpoint.NetworkId, endpoint.Id);
            }
        return claims.All;
    }

    private sealed class Collector
    {
        private readonly Dictionary<string, string?> _masters = [];

        public List<AddressClaim> All { get; } = [];

        public void Add(string networkId, IpamInfo info)
        {
            Add(info.PoolId, info.Gateway, AddressOwner.Gateway, "", networkId, null);
            foreach (var (name, address) in info.AuxAddresses ?? ImmutableSortedDictionary<string, string>.Empty)
                Add(info.PoolId, address, AddressOwner.Auxiliary, name, networkId, null);
        }

        public void Add(string poolId, string? address, AddressOwner owner, string name, string networkId, string? endpointId)
        {
            if (address is not null && MasterOf(poolId) is { } master && Cidr.TryParse(address, out var cidr))
                All.Add(new AddressClaim(master, cidr, owner, name, networkId, endpointId));
        }

        // Taken apart once for all claims of a pool.
        private string? MasterOf(string poolId)
        {
            if (!_masters.TryGetValue(poolId, out string? master))
                _masters[poolId] = master = PoolId.TryParse(poolId, out var id) ? id.Master.ToString() : null;
            return master;
        }
    }
}
