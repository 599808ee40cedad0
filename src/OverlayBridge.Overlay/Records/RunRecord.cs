using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// The run of a plan: <c>overlaybridge/v1/migration</c>, one at a time. Operators change it by compare-and-set, and so does the executor in the
/// leading control node; everything else that the executor writes is conditional on the record that it decided on.
/// </summary>
/// <param name="Id">Made anew by every <c>migrate start</c>; what belongs to the run is under <see cref="BridgeKeys.OfRun"/>.</param>
/// <param name="Plan">Name of the plan.</param>
/// <param name="Digest">Of the plan as it is stored: SHA-256, 64 hex digits.</param>
/// <param name="Chunks">In how many values the plan is stored.</param>
/// <param name="StateSince">When the state was reached, by the clock of who moved it.</param>
/// <param name="Note">Why the run is in this state, for people; empty when there is nothing to say.</param>
/// <param name="Remedy">What to look at, and what to do then; empty when there is nothing to do.</param>
/// <param name="By">Who started the run: <c>user@host</c>.</param>
public sealed record RunRecord(
    string Id,
    string Plan,
    string Digest,
    int Chunks,
    RunState State,
    DateTimeOffset StateSince,
    string Note,
    string Remedy,
    string By,
    DateTimeOffset Started) : IBridgeRecord<RunRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    /// <summary>Counts resumes: what failed is tried again once the run is in a later generation than the failure.</summary>
    public int Generation { get; init; }

    /// <summary>Counts executors: each new leader takes the run up by writing itself in, after which nothing of the last one is taken any more.</summary>
    public int Term { get; init; }

    /// <summary>The control node that carries the run out; empty before one has taken it up.</summary>
    public string Executor { get; init; } = "";

    /// <summary>Where the run goes back to; null while it goes forward.</summary>
    public RunRollback? Rollback { get; init; }

    /// <summary>What is to be left out.</summary>
    public ImmutableArray<RunSkip> Skips { get; init; } = [];

    /// <summary>Stages whose approval gates are open.</summary>
    public ImmutableArray<RunApproval> Approvals { get; init; } = [];

    /// <summary>Who typed the plan's name to let the run enter its one-way end; null while nobody did.</summary>
    public RunApproval? Retire { get; init; }

    /// <summary>The one-way step was begun: nothing goes back any more.</summary>
    public bool IsOneWay { get; init; }

    static JsonTypeInfo<RunRecord> IBridgeRecord<RunRecord>.TypeInfo => RecordJson.Plain.RunRecord;

    /// <summary>The record in another state.</summary>
    public RunRecord In(RunState state, DateTimeOffset now, string note = "", string remedy = "") =>
        this with { State = state, StateSince = now, Note = note, Remedy = remedy };

    /// <summary>By content, the lists included.</summary>
    public bool Equals(RunRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Id == other.Id && Plan == other.Plan && Digest == other.Digest &&
        Chunks == other.Chunks && State == other.State && StateSince == other.StateSince && Note == other.Note && Remedy == other.Remedy &&
        By == other.By && Started == other.Started && Generation == other.Generation && Term == other.Term && Executor == other.Executor &&
        Rollback == other.Rollback && Skips.SequenceEqual(other.Skips) && Approvals.SequenceEqual(other.Approvals) && Retire == other.Retire &&
        IsOneWay == other.IsOneWay;

    public override int GetHashCode() => HashCode.Combine(Id, State, StateSince, Generation, Term);
}

/// <summary>Where a run is.</summary>
public enum RunState
{
    /// <summary>Goes forward, stage by stage.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>No step begins; those that are under way come to their end. In which direction it goes on, <see cref="RunRecord.Rollback"/> says.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>Goes back, stage by stage.</summary>
    [JsonStringEnumMemberName("rolling-back")]
    RollingBack,

    /// <summary>Every stage is done, the bridge still stands: there is a way back.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Everything is as it was before the run. The end.</summary>
    [JsonStringEnumMemberName("rolled-back")]
    RolledBack,

    /// <summary>The bridge is retired; there is no way back. The end.</summary>
    [JsonStringEnumMemberName("retired")]
    Retired,
}

/// <summary>A way back that was asked for.</summary>
/// <param name="To">The stage that stays done, everything after it is undone; empty for the beginning.</param>
public sealed record RunRollback(string To, string By, DateTimeOffset At);

/// <summary>Something to be left out: <c>STEP</c>, or a gate as <c>STAGE/GATE</c>.</summary>
public sealed record RunSkip(string What, string Reason, string By, DateTimeOffset At);

/// <param name="Stage">Name of the stage.</param>
public sealed record RunApproval(string Stage, string By, DateTimeOffset At);
