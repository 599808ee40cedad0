using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>A container, running or not: <c>overlaybridge/v1/hosts/HOST/containers/CID</c>.</summary>
/// <param name="Id">64 hex digits.</param>
/// <param name="Name">Without the leading slash.</param>
/// <param name="Image">As it was named when the container was made.</param>
/// <param name="State">The engine's word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</param>
/// <param name="Labels">Only those that say which Compose or swarm service it belongs to; others may hold secrets.</param>
public sealed record ContainerRecord(
    string Id,
    string Name,
    string Image,
    string State,
    ImmutableSortedDictionary<string, string> Labels) : IBridgeRecord<ContainerRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<ContainerRecord> IBridgeRecord<ContainerRecord>.TypeInfo => RecordJson.Plain.ContainerRecord;

    /// <summary>By content, the labels included.</summary>
    public bool Equals(ContainerRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Id == other.Id && Name == other.Name &&
        Image == other.Image && State == other.State && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Id, Name, State);
}
