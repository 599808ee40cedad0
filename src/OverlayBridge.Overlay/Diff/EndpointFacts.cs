using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

internal static class EndpointFacts
{
    public static Thing Of(EndpointView endpoint, string network) => new(ChangeKind.Endpoint, $"{endpoint.NetworkId}/{endpoint.Id}",
        $"{network}/{endpoint.Name}",
        new Facts()
            .Add("name", endpoint.Name)
            .Add("address", endpoint.Address)
            .Add("addressV6", endpoint.AddressV6)
            .Add("mac", endpoint.Mac)
            .Add("host", endpoint.Host)
            .Add("sandbox", endpoint.Sandbox)
            .Add("joined", endpoint.Joined)
            .Add("anonymous", endpoint.Anonymous)
            .Add("aliases", endpoint.Aliases)
            .Add("ports", endpoint.PublishedPorts.Select(p => $"{p.HostIP}:{p.HostPort}->{p.Port}/{p.Protocol}"))
            .ToImmutable(),
        $"{network}/{endpoint.Name}");
}
