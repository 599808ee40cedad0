using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>A legacy overlay that is shared with a swarm: <c>overlaybridge/v1/exposures/LEGACYNID</c>.</summary>
/// <param name="Name">Of both networks.</param>
/// <param name="SwarmNetworkId">Empty while <c>preparing</c>: the swarm network may not be there yet.</param>
/// <param name="Fence">The block of <paramref name="Subnet"/> that swarm hands out; its bits are set in the legacy bitmap.</param>
/// <param name="LegacyVni">VNI on the wire of the legacy side.</param>
/// <param name="SwarmVni">VNI on the wire of the swarm side; equal to <paramref name="LegacyVni"/> where that was free.</param>
/// <param name="Source">STATE of the legacy store, without secrets.</param>
/// <param name="State">Only while <c>active</c> do the agents program entries; otherwise they take theirs away.</param>
public sealed record ExposureRecord(
    string Name,
    string LegacyNetworkId,
    string SwarmNetworkId,
    IPNetwork Subnet,
    IPAddress? Gateway,
    IPNetwork Fence,
    uint LegacyVni,
    uint SwarmVni,
    string Source,
    ExposureState State,
    DateTimeOffset Created) : IBridgeRecord<ExposureRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<ExposureRecord> IBridgeRecord<ExposureRecord>.TypeInfo => RecordJson.Plain.ExposureRecord;
}

/// <summary>Where an exposure is in its life.</summary>
public enum ExposureState
{
    /// <summary>Written before anything is changed, so that an interrupted expose can be resumed or undone.</summary>
    [JsonStringEnumMemberName("preparing")]
    Preparing,

    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>On the way out: entries go first, then the swarm network, then the fence.</summary>
    [JsonStringEnumMemberName("retracting")]
    Retracting,

    /// <summary>Everything has gone over: no entries and no names any more; the swarm network, and what runs on it, stays. The fence stays set.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,
}
