using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts hosts together from docker/nodes and the locators of endpoints.</summary>
internal static class HostViews
{
    public static ImmutableArray<HostView> Of(DecodedStore store)
    {
        var hosts = new Dictionary<string, Host>(StringComparer.Ordinal);
        foreach (var (advertised, node) in store.Nodes)
        {
            var host = Named(hosts, HostOf(advertised));
            host.Advertised.Add(advertised);
            if (node.Entry.Session is { } session)
                host.Sessions.Add(session);
        }
        Locate(store, hosts);
        Host[] all = [.. hosts.Values];
        Array.Sort(all, static (a, b) => a.Number.CompareTo(b.Number) is not 0 and var number ? number : KeyOrder.Instance.Compare(a.Address, b.Address));
        return [.. all.Select(static host => host.View())];
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
    private static void Locate(DecodedStore store, Dictionary<string, Host> hosts)
    {
        foreach (var endpoint in store.Endpoints.All)
        {
            if (endpoint.Outline is not { Locator.Length: > 0 } outline)
                continue;
            var host = Named(hosts, outline.Locator);
            host.Endpoints++;
            if (host.NetworkIds.Count == 0 || host.NetworkIds[^1] != endpoint.NetworkId)
                host.NetworkIds.Add(endpoint.NetworkId);
        }
    }

    private static Host Named(Dictionary<string, Host> hosts, string address)
    {
        if (!hosts.TryGetValue(address, out var host))
            hosts.Add(address, host = new Host(address));
        return host;
    }

    /// <summary>The address of an advertised <c>ip:port</c>, IPv6 without its brackets.</summary>
    public static string HostOf(string advertised)
    {
        int colon = advertised.LastIndexOf(':');
        return (colon < 0 ? advertised : advertised[..colon]).Trim('[', ']');
    }

    // What is known of a host so far.
    private sealed class Host(string address)
    {
        public string Address => address;

        public Cidr Number { get; } = Cidr.TryParseAddress(address, out var ip) ? Cidr.Of(ip, 0) : default;

        public List<string> Advertised { get; } = [];

        public List<string> Sessions { get; } = [];

        public int Endpoints { get; set; }

        public List<string> NetworkIds { get; } = [];

        public HostView View() => new()
        {
            Address = address, Advertised = [.. Advertised], Sessions = [.. Sessions], Endpoints = Endpoints, NetworkIds = [.. NetworkIds],
        };
    }
}
