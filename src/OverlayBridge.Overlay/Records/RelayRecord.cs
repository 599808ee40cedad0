using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A control node that stands at the source's old address and passes everything through: <c>overlaybridge/v1/relays/NAME</c>. Written by
/// the node when it starts, and again now and then.
/// </summary>
/// <param name="Name">The node's name.</param>
/// <param name="Listen">Where it takes the engines' requests.</param>
/// <param name="Source">STATE of the store that it passes them on to, without secrets.</param>
/// <param name="At">When it was last written, by the node's clock.</param>
public sealed record RelayRecord(string Name, IPEndPoint Listen, string Source, DateTimeOffset At) : IBridgeRecord<RelayRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<RelayRecord> IBridgeRecord<RelayRecord>.TypeInfo => RecordJson.Plain.RelayRecord;
}
