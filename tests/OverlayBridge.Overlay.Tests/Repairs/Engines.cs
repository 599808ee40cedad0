using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Tests.Repairs;

/// <summary>Engines that run just what the store says of their host.</summary>
internal static class Engines
{
    public static EngineFacts Of(StoreImage image, string host)
    {
        var endpoints = DecodedStore.From(image).Endpoints.All.ToArray().Where(e => e.Outline is { HasSandbox: true } outline && outline.Locator == host);
        return new EngineFacts
        {
            Uri = $"tcp://{host}:2375",
            HostName = host,
            Addresses = [host],
            Containers =
            [
                .. endpoints.GroupBy(e => e.Read()!.Sandbox).Select(container => new EngineContainerFacts(
                    container.Key, container.First().Read()!.Name, true, container.Key,
                    [
                        .. container.Select(e => new EngineEndpointFacts(
                            e.NetworkId, e.Id, "", Plain(e.Read()!.Interface?.Address), Plain(e.Read()!.Interface?.AddressV6))
                        {
                            NetworkDriver = "overlay",
                        }),
                    ])),
            ],
        };
    }

    /// <summary>One for each host that the store knows.</summary>
    public static ImmutableArray<EngineFacts> OfAll(StoreImage image) =>
        [.. HostViews.Addresses(DecodedStore.From(image)).Order(KeyOrder.Instance).Select(host => Of(image, host))];

    private static string? Plain(string? text) => Cidr.TryParse(text, out var cidr) ? cidr.Address.ToString() : null;
}
