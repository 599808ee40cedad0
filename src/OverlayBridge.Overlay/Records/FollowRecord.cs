using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>A source that is followed: <c>overlaybridge/v1/sources/NAME</c>. Written by <c>import --follow</c>.</summary>
/// <param name="Source">STATE without secrets.</param>
/// <param name="Index">The source's index up to which the cluster has everything.</param>
/// <param name="LastChange">When a change of the source was last applied; null before the first.</param>
/// <param name="LastSync">When the cluster was last known to equal the source; null before the first time.</param>
/// <param name="Keys">Number of keys of the source.</param>
/// <param name="Message">What a person should know about the state; empty when all is well.</param>
public sealed record FollowRecord(
    string Source,
    ulong Index,
    DateTimeOffset? LastChange,
    DateTimeOffset? LastSync,
    int Keys,
    FollowState State,
    string Message) : IBridgeRecord<FollowRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<FollowRecord> IBridgeRecord<FollowRecord>.TypeInfo => RecordJson.Plain.FollowRecord;
}

/// <summary>How following a source goes.</summary>
public enum FollowState
{
    /// <summary>In step, waiting for the next change.</summary>
    [JsonStringEnumMemberName("following")]
    Following,

    /// <summary>The source does not answer or went back; reading again.</summary>
    [JsonStringEnumMemberName("retrying")]
    Retrying,

    /// <summary>Stopped before a change that wants an operator's word (too many keys gone).</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    /// <summary>Ended on request.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,
}
