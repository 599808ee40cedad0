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
    public static IReadOnlyList<AddressClaim> AllOf(DecodedStore store) =>
    [
        .. store.Networks.SelectMany(n => n.Value.Value is { IpamType: "default" } network
            ? network.IpamV4Info.Concat(network.IpamV6Info).SelectMany(info => OfPool(n.Key, info))
            : []),
        .. store.Endpoints.SelectMany(e => e.Value.Value is { Interface: { } face } endpoint
            ? Of(face.V4PoolId, face.Address, AddressOwner.Endpoint, endpoint.Name, e.Key.NetworkId, e.Key.EndpointId)
                .Concat(Of(face.V6PoolId, face.AddressV6, AddressOwner.Endpoint, endpoint.Name, e.Key.NetworkId, e.Key.EndpointId))
            : []),
    ];

    private static IEnumerable<AddressClaim> OfPool(string networkId, IpamInfo info) =>
        Of(info.PoolId, info.Gateway, AddressOwner.Gateway, "", networkId, null).Concat((info.AuxAddresses ?? NoAux)
            .SelectMany(aux => Of(info.PoolId, aux.Value, AddressOwner.Auxiliary, aux.Key, networkId, null)));

    private static IEnumerable<AddressClaim> Of(
        string poolId, string? address, AddressOwner owner, string name, string networkId, string? endpointId) =>
        PoolId.TryParse(poolId, out var id) && Cidr.TryParse(address, out var cidr)
            ? [new AddressClaim(id.Master.ToString(), cidr, owner, name, networkId, endpointId)]
            : [];

    private static readonly ImmutableSortedDictionary<string, string> NoAux =
        ImmutableSortedDictionary<string, string>.Empty;
}
