using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>The journal's entry of one step: <c>overlaybridge/v1/migration/RUN/steps/STEP</c>. A step without an entry was never begun.</summary>
/// <param name="Undo">The attempt that the entry is about goes, or went, back.</param>
/// <param name="Attempt">Counts from 1, over both directions.</param>
/// <param name="Generation">The run's at this attempt.</param>
/// <param name="Begun">When this attempt was asked for, by the executor's clock.</param>
/// <param name="Ended">Null while it is under way.</param>
/// <param name="Changes">What the attempt changed, a line each; the first <see cref="MaxChanges"/>.</param>
/// <param name="Cause">Why it failed; of one left out the reason given.</param>
/// <param name="Remedy">What to do about a failure; empty else.</param>
public sealed record StepRecord(
    string Run,
    string Step,
    StepState State,
    bool Undo,
    int Attempt,
    int Generation,
    DateTimeOffset Begun,
    DateTimeOffset? Ended,
    ImmutableArray<string> Changes,
    string Cause,
    string Remedy) : IBridgeRecord<StepRecord>
{
    public const int MaxChanges = 200;

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<StepRecord> IBridgeRecord<StepRecord>.TypeInfo => RecordJson.Plain.StepRecord;

    /// <summary>Whether the host may be at work on it.</summary>
    [JsonIgnore]
    public bool IsUnderWay => State == StepState.Asked;

    /// <summary>By content, the changes included.</summary>
    public bool Equals(StepRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Run == other.Run && Step == other.Step && State == other.State &&
        Undo == other.Undo && Attempt == other.Attempt && Generation == other.Generation && Begun == other.Begun && Ended == other.Ended &&
        Changes.SequenceEqual(other.Changes) && Cause == other.Cause && Remedy == other.Remedy;

    public override int GetHashCode() => HashCode.Combine(Run, Step, State, Attempt);
}

/// <summary>Where a step is, as the journal has it.</summary>
public enum StepState
{
    /// <summary>The host's agent was asked, and has not come to an end.</summary>
    [JsonStringEnumMemberName("asked")]
    Asked,

    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>The last attempt failed, forward or back; the host may be anywhere between.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Left out by an operator, who answers for it.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>Done or begun once, and taken back.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}
