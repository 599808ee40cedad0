using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>An overlay network as one host's engine shows it: <c>overlaybridge/v1/hosts/HOST/networks/NID</c>.</summary>
/// <param name="Id">64 hex digits (legacy) or 25 letters and digits (swarm).</param>
/// <param name="Driver"><c>overlay</c>.</param>
/// <param name="Scope"><c>global</c> for a legacy network, <c>swarm</c> for one of a swarm.</param>
/// <param name="Attachable">Swarm only: whether containers that swarm does not run may join.</param>
/// <param name="Subnets">In the engine's order.</param>
/// <param name="Gateway">Of the first subnet, where the engine says it.</param>
/// <param name="Vnis">Where the engine says them (swarm does); those of a legacy network stand in its own store only.</param>
/// <param name="Created">The engine's time of creation.</param>
public sealed record NetworkRecord(
    string Id,
    string Name,
    string Driver,
    string Scope,
    bool Attachable,
    ImmutableArray<IPNetwork> Subnets,
    IPAddress? Gateway,
    ImmutableArray<uint> Vnis,
    DateTimeOffset Created) : IBridgeRecord<NetworkRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<NetworkRecord> IBridgeRecord<NetworkRecord>.TypeInfo => RecordJson.Plain.NetworkRecord;

    /// <summary>By content, the lists included.</summary>
    public bool Equals(NetworkRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Id == other.Id && Name == other.Name &&
        Driver == other.Driver && Scope == other.Scope && Attachable == other.Attachable &&
        Subnets.SequenceEqual(other.Subnets) && Equals(Gateway, other.Gateway) &&
        Vnis.SequenceEqual(other.Vnis) && Created == other.Created;

    public override int GetHashCode() => HashCode.Combine(Id, Name, Scope, Created);
}
