using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>A healthy network that is to get a fault.</summary>
internal sealed record FaultyNetwork(string Root, NetworkRecord N, OverlayNetworkRecord O, ImmutableArray<EndpointRecord> Endpoints)
{
    public string Id => N.Id;

    public string Key => $"{Root}network/{Id}/";

    public string CountKey => $"{Root}endpoint_count/{Id}/";

    public string OverlayKey => $"{Root}overlay/network/{Id}/";

    public string PoolId => N.IpamV4Info[0].PoolId;

    public PoolId Pool => Legacy.Addresses.PoolId.TryParse(PoolId, out var id) ? id : throw new FormatException(PoolId);

    public AddressPool Master => new(Cidr.TryParse(Pool.Pool, out var cidr) ? cidr : throw new FormatException(Pool.Pool));

    public string BitmapKey => $"{Root}ipam/default/data/{Pool.Master}/";

    /// <summary>What an audit calls one of its addresses.</summary>
    /// <param name="address">With or without a prefix length.</param>
    public string Address(string address) => $"{Pool.Master} {address.Split('/')[0]}";

    /// <summary>As <see cref="Address"/>.</summary>
    public string Gateway => Address(N.IpamV4Info[0].Gateway!);

    public string EndpointKey(EndpointRecord endpoint) => $"{Root}endpoint/{Id}/{endpoint.Id}/";

    public string Endpoint(EndpointRecord endpoint) => $"{Id}/{endpoint.Id}";

    /// <summary>One IPv4 pool of its own and nothing special, with two endpoints at least, whose MAC addresses follow from the addresses.</summary>
    public bool IsPlain => N is { Internal: false, IpamV6Info.IsEmpty: true, IpamV4Info.Length: 1 } && Pool.SubPool is null &&
        N.IpamV4Info[0].AuxAddresses is null && N.DriverOptions.IsEmpty && Endpoints.Length >= 2 && Endpoints.All(e => e.RequestedMac is null);
}
