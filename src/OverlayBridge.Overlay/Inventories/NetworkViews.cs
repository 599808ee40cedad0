using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts networks together from N, C, O and E.</summary>
internal static class NetworkViews
{
    /// <summary>Networks and remnants, by name and id; those without a name last.</summary>
    public static ImmutableArray<NetworkView> Of(DecodedStore store)
    {
        var ids = store.Networks.Keys.Concat(store.Counts.Keys).Concat(store.Overlays.Keys).Concat(store.Endpoints.NetworkIds);
        NetworkView[] views = [.. ids.Distinct().Select(id => Of(store, id, store.Endpoints.Of(id)))];
        Array.Sort(views, static (a, b) =>
            (a.Name is null).CompareTo(b.Name is null) is not 0 and var nameless ? nameless
            : KeyOrder.Instance.Compare(a.Name, b.Name) is not 0 and var name ? name
            : KeyOrder.Instance.Compare(a.Id, b.Id));
        return ImmutableCollectionsMarshal.AsImmutableArray(views);
    }

    private static NetworkView Of(DecodedStore store, string id, ArraySegment<FiledEndpoint> endpoints)
    {
        var filed = store.Networks.GetValueOrDefault(id);
        var network = filed?.Value;
        var overlay = store.Overlays.GetValueOrDefault(id)?.Value;
        var view = new NetworkView
        {
            Id = id,
            State = filed is null ? NetworkState.Missing : network is null ? NetworkState.Unreadable : NetworkState.Readable,
            Encrypted = overlay?.Secure ?? network?.DriverOptions.ContainsKey("encrypted") ?? false,
            Mtu = overlay?.Mtu ?? 0,
            HasOverlayRecord = overlay is not null,
            RecordedCount = store.Counts.GetValueOrDefault(id)?.Value?.Count,
            UnreadableEndpoints = endpoints.Count(e => e.Outline is null),
            FiledEndpoints = [.. endpoints.Where(e => e.Outline is not null)],
            ModifyIndex = filed?.Entry.ModifyIndex ?? 0,
            Subnets = network is null ? SubnetsOf(overlay) : SubnetsOf(network, overlay),
        };
        return network is null ? view : With(view, network);
    }

    private static NetworkView With(NetworkView view, NetworkRecord network) => view with
    {
        Name = network.Name,
        Driver = network.NetworkType,
        Scope = network.Scope.Length == 0 ? "global" : network.Scope, // absent: the store's, and this store is the shared one
        Created = network.Created,
        IpamDriver = network.IpamType,
        Internal = network.Internal,
        Attachable = network.Attachable,
        EnableIPv6 = network.EnableIPv6 || !network.IpamV6Info.IsEmpty,
        InDelete = network.InDelete,
        Labels = network.Labels ?? view.Labels,
        DriverOptions = network.DriverOptions,
    };

    private static ImmutableArray<SubnetView> SubnetsOf(NetworkRecord network, OverlayNetworkRecord? overlay) =>
    [
        .. network.IpamV4Info.Select(info => Of(info, isIPv6: false, VniOf(overlay, info.Pool))),
        .. network.IpamV6Info.Select(info => Of(info, isIPv6: true, null)),
    ];

    private static SubnetView Of(IpamInfo info, bool isIPv6, uint? vni) => new()
    {
        Subnet = info.Pool ?? "",
        Range = PoolId.TryParse(info.PoolId, out var id) ? id.SubPool : null,
        Gateway = Plain(info.Gateway),
        AuxAddresses = info.AuxAddresses?.ToImmutableSortedDictionary(a => a.Key, a => Plain(a.Value)!, KeyOrder.Instance)
            ?? ImmutableSortedDictionary<string, string>.Empty,
        PoolId = info.PoolId,
        IsIPv6 = isIPv6,
        Vni = vni,
    };

    private static ImmutableArray<SubnetView> SubnetsOf(OverlayNetworkRecord? overlay) =>
    [
        .. from subnet in overlay?.Subnets ?? []
           select new SubnetView { Subnet = subnet.Subnet, Gateway = Plain(subnet.Gateway), Vni = subnet.Vni },
    ];

    private static uint? VniOf(OverlayNetworkRecord? overlay, string? pool) =>
        overlay?.Subnets.FirstOrDefault(s => s.Subnet == pool)?.Vni;

    /// <summary>Views of readable endpoints, by IPv4 address, then IPv6 address, then name and id; those without an address last.</summary>
    public static ImmutableArray<EndpointView> InOrder(FiledEndpoint[] endpoints)
    {
        FiledEndpoint[] sorted = [.. endpoints];
        Array.Sort(sorted, Compare);
        return [.. sorted.Select(e => new EndpointView(e))];
    }

    private static int Compare(FiledEndpoint a, FiledEndpoint b)
    {
        var (x, y) = (a.Outline!, b.Outline!);
        return IsWithoutAddress(x).CompareTo(IsWithoutAddress(y)) is not 0 and var without ? without
            : x.Address.GetValueOrDefault().CompareTo(y.Address.GetValueOrDefault()) is not 0 and var address ? address
            : x.AddressV6.GetValueOrDefault().CompareTo(y.AddressV6.GetValueOrDefault()) is not 0 and var addressV6 ? addressV6
            : KeyOrder.Instance.Compare(x.Name, y.Name) is not 0 and var name ? name
            : a.Utf8Id.SequenceCompareTo(b.Utf8Id);
    }

    private static bool IsWithoutAddress(EndpointOutline outline) => outline.Address is null && outline.AddressV6 is null;

    private static string? Plain(string? cidr) => Cidr.TryParse(cidr, out var parsed) ? parsed.Address.ToString() : cidr;
}
