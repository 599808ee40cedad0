using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Engines;

/// <summary>A container as its engine shows it.</summary>
/// <param name="Name">Without the leading slash.</param>
/// <param name="State">The engine's word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</param>
/// <param name="Endpoints">Live ones only: none while the container does not run.</param>
public sealed record EngineContainer(
    string Id,
    string Name,
    string Image,
    string State,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<EngineEndpoint> Endpoints)
{
    /// <summary>Name servers of its own (<c>--dns</c>), as written; only <see cref="IEngine.InspectAsync"/> tells.</summary>
    public ImmutableArray<string> Dns { get; init; } = [];

    /// <summary>By content, labels and endpoints included.</summary>
    public bool Equals(EngineContainer? other) =>
        other is not null && Id == other.Id && Name == other.Name && Image == other.Image && State == other.State &&
        Labels.SequenceEqual(other.Labels) && Endpoints.SequenceEqual(other.Endpoints) && Dns.SequenceEqual(other.Dns);

    public override int GetHashCode() => HashCode.Combine(Id, Name, State);

    /// <summary>The container as it is once its process ended: it keeps no endpoint.</summary>
    public EngineContainer Exited() => this with { State = "exited", Endpoints = [] };

    /// <summary>Whether <paramref name="other"/> may stand for the same facts, aliases left aside (a list does not tell them).</summary>
    internal bool LooksLike(EngineContainer other) =>
        Name == other.Name && State == other.State &&
        Endpoints.Select(static e => e with { Aliases = [] }).SequenceEqual(other.Endpoints.Select(static e => e with { Aliases = [] }));
}

/// <summary>A running container's interface on a network.</summary>
/// <param name="Address">Its IPv4 address.</param>
/// <param name="Aliases">Without the short container id, which engines up to 25 add.</param>
public sealed record EngineEndpoint(
    string NetworkId,
    string NetworkName,
    string EndpointId,
    IPAddress Address,
    int PrefixLength,
    PhysicalAddress MacAddress,
    ImmutableArray<string> Aliases,
    IPAddress? Ipv6Address = null,
    int Ipv6PrefixLength = 0)
{
    /// <summary>By content, the aliases included.</summary>
    public bool Equals(EngineEndpoint? other) =>
        other is not null && NetworkId == other.NetworkId && NetworkName == other.NetworkName &&
        EndpointId == other.EndpointId && Address.Equals(other.Address) && PrefixLength == other.PrefixLength &&
        MacAddress.Equals(other.MacAddress) && Aliases.SequenceEqual(other.Aliases) &&
        Equals(Ipv6Address, other.Ipv6Address) && Ipv6PrefixLength == other.Ipv6PrefixLength;

    public override int GetHashCode() => HashCode.Combine(EndpointId, Address);
}
