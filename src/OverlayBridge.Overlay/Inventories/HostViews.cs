using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts hosts together from docker/nodes and the locators of endpoints.</summary>
internal static class HostViews
{
    public static ImmutableArray<HostView> Of(DecodedStore store)
    {
        var nodes = store.Nodes.ToLookup(n => HostOf(n.Key));
        var endpoints = Located(store);
        return
        [
            .. nodes.Select(n => n.Key).Concat(endpoints.Keys).Distinct().Select(address => new HostView
            {
                Address = address,
                Advertised = [.. nodes[address].Select(n => n.Key)],
                Sessions = [.. nodes[address].Select(n => n.Value.Entry.Session).OfType<string>()],
                Endpoints = endpoints.GetValueOrDefault(address).Count,
                NetworkIds = [.. endpoints.GetValueOrDefault(address).NetworkIds ?? []],
            })
            .OrderBy(h => Cidr.TryParseAddress(h.Address, out var ip) ? Cidr.Of(ip, 0) : default)
            .ThenBy(h => h.Address, KeyOrder.Instance),
        ];
    }

    /// <summary>Every host, without what belongs to it.</summary>
    public static IReadOnlySet<string> Addresses(DecodedStore store)
    {
        var addresses = store.Nodes.Keys.Select(HostOf).ToHashSet();
        foreach (var endpoint in store.Endpoints.All)
            if (endpoint.Outline is { Locator.Length: > 0 } outline)
                addresses.Add(outline.Locator);
        return addresses;
    }

    // Endpoints come by network, so that a network is the last one of a host's list or not yet in it.
    private static Dictionary<string, (int Count, List<string> NetworkIds)> Located(DecodedStore store)
    {
        var hosts = new Dictionary<string, (int Count, List<string> NetworkIds)>(StringComparer.Ordinal);
        foreach (var endpoint in store.Endpoints.All)
        {
            if (endpoint.Outline is not { Locator.Length: > 0 } outline)
                continue;
            ref var host = ref CollectionsMarshal.GetValueRefOrAddDefault(hosts, outline.Locator, out bool known);
            host = (host.Count + 1, known ? host.NetworkIds : []);
            if (!known || host.NetworkIds[^1] != endpoint.NetworkId)
                host.NetworkIds.Add(endpoint.NetworkId);
        }
        return hosts;
    }

    /// <summary>The address of an advertised <c>ip:port</c>, IPv6 without its brackets.</summary>
    public static string HostOf(string advertised)
    {
        int colon = advertised.LastIndexOf(':');
        return (colon < 0 ? advertised : advertised[..colon]).Trim('[', ']');
    }
}
