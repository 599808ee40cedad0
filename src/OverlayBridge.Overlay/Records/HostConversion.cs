using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// How a host stood before it was converted: <c>overlaybridge/v1/hosts/HOST/conversion</c>, and beside it on the host's disk. Written before the engine
/// is stopped; what the way back is made from. Deleted when the host is legacy again.
/// </summary>
/// <param name="EngineVersion">The legacy engine's.</param>
/// <param name="Containers">Those on networks that go over, in the order of their names.</param>
/// <param name="Begun">By the agent's clock.</param>
public sealed record HostConversion(string Host, string EngineVersion, ImmutableArray<ConvertedContainer> Containers, DateTimeOffset Begun)
    : IBridgeRecord<HostConversion>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<HostConversion> IBridgeRecord<HostConversion>.TypeInfo => RecordJson.Plain.HostConversion;

    /// <summary>By content, the containers included.</summary>
    public bool Equals(HostConversion? other) =>
        other is not null && FormatVersion == other.FormatVersion && Host == other.Host && EngineVersion == other.EngineVersion &&
        Containers.SequenceEqual(other.Containers) && Begun == other.Begun;

    public override int GetHashCode() => HashCode.Combine(Host, Begun, Containers.Length);
}

/// <param name="WasRunning">Before the engine was stopped.</param>
/// <param name="Endpoints">In the order of the networks' names.</param>
public sealed record ConvertedContainer(string Id, string Name, bool WasRunning, ImmutableArray<ConvertedEndpoint> Endpoints)
{
    /// <summary>By content, the endpoints included.</summary>
    public bool Equals(ConvertedContainer? other) =>
        other is not null && Id == other.Id && Name == other.Name && WasRunning == other.WasRunning && Endpoints.SequenceEqual(other.Endpoints);

    public override int GetHashCode() => HashCode.Combine(Id, WasRunning);
}

/// <param name="LegacyNetworkId">64 hex digits.</param>
/// <param name="LegacyEndpointId">Of the endpoint that the legacy engine had; empty where the container did not run.</param>
/// <param name="Address">Null where the container did not run and has no fixed one: it takes a new one when it starts, as it did before.</param>
/// <param name="MacAddress">Null where the container did not run.</param>
/// <param name="IsFixed">Whether a person chose the address (<c>--ip</c>): it is kept as a fixed one on the way back.</param>
/// <param name="Aliases">Without the short container id.</param>
public sealed record ConvertedEndpoint(
    string Network, string LegacyNetworkId, string LegacyEndpointId, IPAddress? Address, PhysicalAddress? MacAddress, bool IsFixed, ImmutableArray<string> Aliases)
{
    /// <summary>By content, the aliases included.</summary>
    public bool Equals(ConvertedEndpoint? other) =>
        other is not null && Network == other.Network && LegacyNetworkId == other.LegacyNetworkId && LegacyEndpointId == other.LegacyEndpointId &&
        Equals(Address, other.Address) && Equals(MacAddress, other.MacAddress) && IsFixed == other.IsFixed && Aliases.SequenceEqual(other.Aliases);

    public override int GetHashCode() => HashCode.Combine(Network, Address);
}
