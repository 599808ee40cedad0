using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Which records in the legacy store belong to a converted host's containers. Pure.</summary>
internal static class LegacyEndpoints
{
    /// <summary>
    /// Those of the bridge: they say to legacy hosts that the containers live, where they did before. The id follows from network and container, so
    /// that a record is found again by whoever looks, and never written twice.
    /// </summary>
    public static ImmutableArray<LegacyEndpoint> Own(HostConversion before) => Of(before, static (container, endpoint) => OwnId(endpoint.LegacyNetworkId, container.Id));

    /// <summary>Those that the engine made; they go when it is stopped, and stay when it is killed.</summary>
    public static ImmutableArray<LegacyEndpoint> Engines(HostConversion before) =>
        [.. Of(before, static (_, endpoint) => endpoint.LegacyEndpointId).Where(static endpoint => endpoint.EndpointId.Length > 0)];

    private static string OwnId(string networkId, string containerId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"overlaybridge/{networkId}/{containerId}")));

    private static ImmutableArray<LegacyEndpoint> Of(HostConversion before, Func<ConvertedContainer, ConvertedEndpoint, string> id) =>
    [
        .. from container in before.Containers
           where container.WasRunning
           from endpoint in container.Endpoints
           let address = endpoint.Address
           where address is not null
           select new LegacyEndpoint(container.Id, container.Name, endpoint.Network, endpoint.LegacyNetworkId, id(container, endpoint), address, endpoint.Aliases),
    ];
}
