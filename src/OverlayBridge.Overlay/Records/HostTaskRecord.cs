using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What an agent is asked to do for a run of a plan: <c>overlaybridge/v1/hosts/HOST/tasks/STEP</c>. Written by the executor in the leading control
/// node by compare-and-set; the agent answers in <see cref="HostTaskReport"/>. It stays until the step is asked for anew or the run is over, so that an
/// agent that was killed finds it again.
/// </summary>
/// <param name="Run">Id of the run; an agent answers for the run that it was asked by.</param>
/// <param name="Step">Id of the step in the plan.</param>
/// <param name="Attempt">Counts from 1; one more for each repetition, and for each change of direction.</param>
/// <param name="Undo">Go back instead of forward.</param>
/// <param name="DryRun">Check, and say what would be changed; change nothing.</param>
/// <param name="Content">What the step needs of the plan, as JSON: a <c>StepContent</c>.</param>
/// <param name="TimeoutSeconds">From the agent's start of the attempt.</param>
public sealed record HostTaskRecord(
    string Run, string Step, int Attempt, bool Undo, bool DryRun, string Content, int TimeoutSeconds, DateTimeOffset Asked) : IBridgeRecord<HostTaskRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<HostTaskRecord> IBridgeRecord<HostTaskRecord>.TypeInfo => RecordJson.Plain.HostTaskRecord;
}

/// <summary>How a host is getting on with a task: <c>overlaybridge/v1/hosts/HOST/tasks/STEP/report</c>. Written by its agent.</summary>
/// <param name="Attempt">Of the task that this is about; an older one is no answer.</param>
/// <param name="Activity">For people: what is being done or waited for.</param>
/// <param name="Changes">What was changed so far (with a dry run: would be), a line each, in order.</param>
/// <param name="Cause">Why it failed; empty else.</param>
/// <param name="Remedy">What to do about that; empty else.</param>
/// <param name="Since">When the state was reached, by the agent's clock.</param>
public sealed record HostTaskReport(
    string Run,
    string Step,
    int Attempt,
    bool Undo,
    HostTaskState State,
    string Activity,
    ImmutableArray<string> Changes,
    string Cause,
    string Remedy,
    DateTimeOffset Since) : IBridgeRecord<HostTaskReport>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<HostTaskReport> IBridgeRecord<HostTaskReport>.TypeInfo => RecordJson.Plain.HostTaskReport;

    /// <summary>By content, the changes included.</summary>
    public bool Equals(HostTaskReport? other) =>
        other is not null && FormatVersion == other.FormatVersion && Run == other.Run && Step == other.Step && Attempt == other.Attempt &&
        Undo == other.Undo && State == other.State && Activity == other.Activity && Changes.SequenceEqual(other.Changes) && Cause == other.Cause &&
        Remedy == other.Remedy && Since == other.Since;

    public override int GetHashCode() => HashCode.Combine(Run, Step, Attempt, State);
}

/// <summary>Where a task is.</summary>
public enum HostTaskState
{
    /// <summary>Looking whether it can be done, and what of it is done already. Nothing was changed by this attempt.</summary>
    [JsonStringEnumMemberName("checking")]
    Checking,

    [JsonStringEnumMemberName("acting")]
    Acting,

    [JsonStringEnumMemberName("verifying")]
    Verifying,

    /// <summary>The end: the host is as the step (or its undo) leaves it.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>The end of this attempt.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
