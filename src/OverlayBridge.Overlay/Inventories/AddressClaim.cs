using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Something that says it holds an address of a pool: a gateway, an auxiliary address, an endpoint.</summary>
/// <param name="MasterId">Id of the master pool.</param>
/// <param name="Address">With the length the record gives.</param>
internal readonly record struct AddressClaim(
    string MasterId, Cidr Address, AddressOwner Owner, string Name, string NetworkId, FiledEndpoint? Endpoint)
{
    /// <summary>All claims of networks with Docker's own IPAM and of all endpoints; made as they are asked for.</summary>
    public static IEnumerable<AddressClaim> AllOf(DecodedStore store)
    {
        var masters = new Masters();
        foreach (var (id, filed) in store.Networks)
            if (filed.Value is { IpamType: "default" } network)
                foreach (var info in network.IpamV4Info.Concat(network.IpamV6Info))
                    foreach (var claim in Reserved(id, info, masters))
                        yield return claim;
        foreach (string networkId in store.Endpoints.NetworkIds)
            foreach (var endpoint in store.Endpoints.Of(networkId))
            {
                if (endpoint.Outline is not { } outline)
                    continue;
                if (outline.Address is { } address && masters.Of(outline.V4PoolId) is { } master)
                    yield return new AddressClaim(master, address, AddressOwner.Endpoint, outline.Name, networkId, endpoint);
                if (outline.AddressV6 is { } addressV6 && masters.Of(outline.V6PoolId) is { } masterV6)
                    yield return new AddressClaim(masterV6, addressV6, AddressOwner.Endpoint, outline.Name, networkId, endpoint);
            }
    }

    private static IEnumerable<AddressClaim> Reserved(string networkId, IpamInfo info, Masters masters)
    {
        if (masters.Of(info.PoolId) is not { } master)
            yield break;
        if (Cidr.TryParse(info.Gateway, out var gateway))
            yield return new AddressClaim(master, gateway, AddressOwner.Gateway, "", networkId, null);
        foreach (var (name, text) in info.AuxAddresses ?? ImmutableSortedDictionary<string, string>.Empty)
            if (Cidr.TryParse(text, out var address))
                yield return new AddressClaim(master, address, AddressOwner.Auxiliary, name, networkId, null);
    }

    /// <summary>Ids of master pools, taken apart once for all claims of a pool.</summary>
    private sealed class Masters
    {
        private readonly Dictionary<string, string?> _masters = [];

        public string? Of(string poolId)
        {
            if (!_masters.TryGetValue(poolId, out string? master))
                _masters[poolId] = master = PoolId.TryParse(poolId, out var id) ? id.Master.ToString() : null;
            return master;
        }
    }
}
