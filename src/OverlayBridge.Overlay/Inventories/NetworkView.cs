using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A network. Where N is unreadable or missing, what O, C and the endpoints still tell.</summary>
/// <remarks>Of a store that was read, endpoints are made when somebody asks for them: a page shows few of a large store.</remarks>
public sealed record NetworkView
{
    private readonly FiledEndpoint[]? _filed;
    private ImmutableArray<EndpointView> _endpoints = [];

    public required string Id { get; init; }

    /// <summary>Null when N does not tell.</summary>
    public string? Name { get; init; }

    public required NetworkState State { get; init; }

    /// <summary><c>overlay</c>, or the name of a plugin; null when N does not tell.</summary>
    public string? Driver { get; init; }

    public string? Scope { get; init; }

    /// <summary>RFC 3339 as the creating host wrote it; null when unknown.</summary>
    public string? Created { get; init; }

    /// <summary><c>default</c> for Docker's own; with another one there are no pools in the store.</summary>
    public string? IpamDriver { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool EnableIPv6 { get; init; }

    /// <summary>By O; else by the driver option. No legacy engine can join such a network.</summary>
    public bool Encrypted { get; init; }

    /// <summary>As configured; 0 = the default of 1500.</summary>
    public ulong Mtu { get; init; }

    /// <summary>A removal has begun: engines hide the network and finish the removal at their next start.</summary>
    public bool InDelete { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> DriverOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>IPv4 before IPv6, in the order of the record.</summary>
    public ImmutableArray<SubnetView> Subnets { get; init; } = [];

    /// <summary>What C says; null when it is missing or unreadable.</summary>
    public ulong? RecordedCount { get; init; }

    /// <summary>Endpoint keys that cannot be decoded.</summary>
    public int UnreadableEndpoints { get; init; }

    /// <summary>Whether O is there and readable.</summary>
    public bool HasOverlayRecord { get; init; }

    /// <summary>By IPv4 address, then IPv6 address, then name and id; those without an address last.</summary>
    public ImmutableArray<EndpointView> Endpoints
    {
        get => _endpoints.IsDefault ? Made() : _endpoints;
        init => (_endpoints, _filed) = (value, null);
    }

    /// <summary>Number of <see cref="Endpoints"/>.</summary>
    [JsonIgnore]
    public int EndpointCount => _filed?.Length ?? _endpoints.Length;

    /// <summary>Those of a store that was read, all decodable, in any order.</summary>
    internal FiledEndpoint[] FiledEndpoints
    {
        init => (_endpoints, _filed) = (default, value);
    }


    /// <summary>ModifyIndex of N; 0 when unknown.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>Adds up how many of <see cref="Endpoints"/> are on each host, by its address.</summary>
    /// <param name="counts">Of a page of many networks always the same one, emptied.</param>
    public void CountByHost(Dictionary<string, int> counts)
    {
        for (int at = 0; at < EndpointCount; at++)
        {
            string host = _filed is { } filed ? filed[at].Outline!.Locator : _endpoints[at].Host;
            counts[host] = counts.GetValueOrDefault(host) + 1;
        }
    }

    private ImmutableArray<EndpointView> Made()
    {
        ImmutableInterlocked.InterlockedInitialize(ref _endpoints, NetworkViews.InOrder(_filed!));
        return _endpoints;
    }
}
