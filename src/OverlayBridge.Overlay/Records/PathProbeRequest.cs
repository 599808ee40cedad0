using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// Asks the agents to probe the overlay path of a network: <c>overlaybridge/v1/path-probes/LEGACYNID</c>. Written by <c>network check</c>, which
/// also deletes it; each agent answers each <paramref name="Id"/> once, under <c>hosts/HOST/path-probe/LEGACYNID</c>.
/// </summary>
/// <param name="Id">16 hex digits, made anew for each check; stands in the probes.</param>
/// <param name="By">Who asked: <c>user@host</c>.</param>
public sealed record PathProbeRequest(string Id, string LegacyNetworkId, string By, DateTimeOffset At) : IBridgeRecord<PathProbeRequest>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<PathProbeRequest> IBridgeRecord<PathProbeRequest>.TypeInfo => RecordJson.Plain.PathProbeRequest;
}
