using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A host: one that discovery knows, or one that endpoints name.</summary>
public sealed record HostView
{
    /// <summary>Without the port.</summary>
    public required string Address { get; init; }

    /// <summary>
    /// Under what the engines of this address advertise themselves (<c>ip:port</c>); empty for a host that only endpoints name.
    /// </summary>
    public required ImmutableArray<string> Advertised { get; init; }

    /// <summary>Discovery knows it.</summary>
    public bool Registered => !Advertised.IsEmpty;

    /// <summary>Endpoints name it, and discovery does not know it. The bridge's own records for hosts in the swarm are meant to be so, and no sign of a loss.</summary>
    [JsonIgnore]
    public bool IsLost => !Registered && !BridgeEndpoint.IsMarked(Address);

    /// <summary>Consul sessions that keep the registrations alive.</summary>
    public ImmutableArray<string> Sessions { get; init; } = [];

    /// <summary>Endpoints that name it as their host.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Ids of the networks of those endpoints, in order.</summary>
    public required ImmutableArray<string> NetworkIds { get; init; }
}
