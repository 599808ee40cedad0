using System.Collections.Concurrent;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.Inventories;

/// <summary>Says in words who has an address: <c>endpoint web on 172.31.0.1 (back)</c>.</summary>
internal sealed class AddressOwners
{
    private readonly Dictionary<string, NetworkView> _networks;
    private readonly ConcurrentDictionary<string, Dictionary<string, EndpointView>> _endpoints = new(StringComparer.Ordinal);

    public AddressOwners(InventoryDocument document) =>
        _networks = document.Networks.Concat(document.Remnants).ToDictionary(network => network.Id);

    /// <summary>The network's name, or its short id in brackets.</summary>
    public string NetworkName(string id) => Wording.NameOr(_networks.GetValueOrDefault(id)?.Name, id);

    public string Describe(UsedAddress claim) => claim.Owner switch
    {
        AddressOwner.Network => "network address",
        AddressOwner.Broadcast => "broadcast address",
        AddressOwner.Gateway => $"gateway{Of(claim)}",
        AddressOwner.Auxiliary => $"auxiliary address {claim.Name}{Of(claim)}",
        AddressOwner.Endpoint => Endpoint(claim),
        _ => "nobody",
    };

    // Of a large store few networks are asked for.
    private Dictionary<string, EndpointView> EndpointsOf(string networkId) => _endpoints.GetOrAdd(
        networkId, static (id, networks) => networks.GetValueOrDefault(id)?.Endpoints.ToDictionary(endpoint => endpoint.Id) ?? [], _networks);

    private static string Brackets(string name) => $" ({name})";

    private string Of(UsedAddress claim) => claim.NetworkId is { } id ? $" of {NetworkName(id)}" : "";

    private string Endpoint(UsedAddress claim)
    {
        var (network, id) = (claim.NetworkId ?? "", claim.EndpointId ?? "");
        var host = EndpointsOf(network).GetValueOrDefault(id)?.Host is { Length: > 0 } known ? $" on {known}" : "";
        return $"endpoint {Wording.NameOr(claim.Name, id)}{host}{Brackets(NetworkName(network))}";
    }
}
