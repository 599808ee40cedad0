using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>How a stage of a run stands: <c>overlaybridge/v1/migration/RUN/stages/STAGE</c>. A stage without one has not begun.</summary>
/// <param name="Generation">The run's when the gates were last looked at anew.</param>
/// <param name="StepsEnded">When its last step was done, or when the gates are looked at anew since; null while steps are to be done.</param>
/// <param name="Ended">When it was done, or undone; else null.</param>
/// <param name="Gates">One for each gate of the plan, once the steps are done.</param>
public sealed record StageRecord(
    string Run,
    string Stage,
    StageState State,
    int Generation,
    DateTimeOffset Begun,
    DateTimeOffset? StepsEnded,
    DateTimeOffset? Ended,
    ImmutableArray<GateRecord> Gates) : IBridgeRecord<StageRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<StageRecord> IBridgeRecord<StageRecord>.TypeInfo => RecordJson.Plain.StageRecord;

    /// <summary>By content, the gates included.</summary>
    public bool Equals(StageRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Run == other.Run && Stage == other.Stage && State == other.State &&
        Generation == other.Generation && Begun == other.Begun && StepsEnded == other.StepsEnded && Ended == other.Ended &&
        Gates.SequenceEqual(other.Gates);

    public override int GetHashCode() => HashCode.Combine(Run, Stage, State);
}

/// <summary>Where a stage is.</summary>
public enum StageState
{
    [JsonStringEnumMemberName("begun")]
    Begun,

    /// <summary>Every step is done or left out, every gate was passed.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Taken back.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}

/// <summary>How a gate stands.</summary>
/// <param name="Detail">For people: what was seen.</param>
public sealed record GateRecord(string Name, GateState State, string Detail);

/// <summary>Where a gate is.</summary>
public enum GateState
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("skipped")]
    Skipped,
}
