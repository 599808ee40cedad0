using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts hosts together from docker/nodes and the locators of endpoints.</summary>
internal static class HostViews
{
    public static ImmutableArray<HostView> Of(DecodedStore store)
    {
        var nodes = store.Nodes.ToLookup(n => HostOf(n.Key));
        var endpoints = store.Endpoints.Where(e => e.Value.Value is { Locator.Length: > 0 })
            .ToLookup(e => e.Value.Value!.Locator, e => e.Key.NetworkId);
        return
        [
            .. nodes.Select(n => n.Key).Concat(endpoints.Select(e => e.Key)).Distinct().Select(address => new HostView
            {
                Address = address,
                Advertised = [.. nodes[address].Select(n => n.Key)],
                Sessions = [.. nodes[address].Select(n => n.Value.Entry.Session).OfType<string>()],
                Endpoints = endpoints[address].Count(),
                NetworkIds = [.. endpoints[address].Distinct()],
            })
            .OrderBy(h => Cidr.TryParseAddress(h.Address, out var ip) ? Cidr.Of(ip, 0) : default)
            .ThenBy(h => h.Address, KeyOrder.Instance),
        ];
    }

    /// <summary>Every host, without what belongs to it.</summary>
    public static IReadOnlySet<string> Addresses(DecodedStore store)
    {
        var addresses = store.Nodes.Keys.Select(HostOf).ToHashSet();
        addresses.UnionWith(store.Endpoints.Values.Select(e => e.Value?.Locator).OfType<string>().Where(l => l.Length > 0));
        return addresses;
    }

    /// <summary>The address of an advertised <c>ip:port</c>, IPv6 without its brackets.</summary>
    public static string HostOf(string advertised)
    {
        int colon = advertised.LastIndexOf(':');
        return (colon < 0 ? advertised : advertised[..colon]).Trim('[', ']');
    }
}
