using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

internal static class EndpointFacts
{
    /// <param name="id">The id when it is one of the facts, because it differs; else null.</param>
    public static Thing Of(EndpointView endpoint, string network, string? id) => new(ChangeKind.Endpoint, $"{endpoint.NetworkId}/{endpoint.Id}",
        $"{network}/{endpoint.Name}",
        new Facts()
            .Add("id", id)
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
