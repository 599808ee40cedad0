using System.Collections.Immutable;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.SyntheticStores;

/// <summary>What the engines of a synthetic store would say: exactly the containers that it tells of.</summary>
public static class SyntheticEngines
{
    /// <summary>One engine for each host that an endpoint names, by address.</summary>
    public static ImmutableArray<EngineFacts> Of(StoreImage image)
    {
        var names = image.Entries.Where(e => LegacyKey.Parse(e.Key) is NetworkKey)
            .Select(e => RecordFormats.Network.Decode(e.Key, e.Bytes.Span)).ToDictionary(n => n.Id, n => n.Name);
        var endpoints = from entry in image.Entries
                        let key = LegacyKey.Parse(entry.Key) as EndpointKey
                        where key is not null
                        select (key.NetworkId, Record: RecordFormats.Endpoint.Decode(entry.Key, entry.Bytes.Span));
        return
        [
            .. endpoints.GroupBy(e => e.Record.Locator).OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => new EngineFacts
            {
                Uri = $"tcp://{host.Key}:2376",
                HostName = "host-" + host.Key.Replace('.', '-'),
                Addresses = [host.Key],
                Containers =
                [
                    .. host.GroupBy(e => e.Record.Sandbox).Select(container => new EngineContainerFacts(
                        container.Key, container.First().Record.Name, Running: true, container.Key,
                        [.. container.Select(e => Facts(e.NetworkId, names[e.NetworkId], e.Record))])),
                ],
            }),
        ];
    }

    private static EngineEndpointFacts Facts(string networkId, string network, EndpointRecord endpoint) => new(
        networkId, endpoint.Id, network, endpoint.Interface?.Address?.Split('/')[0], endpoint.Interface?.AddressV6?.Split('/')[0], endpoint.Interface?.Mac)
    {
        NetworkDriver = "overlay",
    };
}
