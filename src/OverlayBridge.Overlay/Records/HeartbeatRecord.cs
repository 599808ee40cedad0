using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A sign of life of a host's agent: <c>overlaybridge/v1/heartbeats/HOST</c>, every 5 s. What counts is that it
/// changes, by the reader's own clock; <paramref name="At"/> is for people.
/// </summary>
/// <param name="Sequence">One more than the last; starts anywhere after an agent's restart, but never twice at the same value.</param>
/// <param name="At">The agent's own clock.</param>
/// <param name="Agent">The agent's own id, the same after its restart: two that call themselves by one host name differ in it. Empty of an earlier version.</param>
public sealed record HeartbeatRecord(ulong Sequence, DateTimeOffset At, string Agent = "") : IBridgeRecord<HeartbeatRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<HeartbeatRecord> IBridgeRecord<HeartbeatRecord>.TypeInfo => RecordJson.Plain.HeartbeatRecord;
}
