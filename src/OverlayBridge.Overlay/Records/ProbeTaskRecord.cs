using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A probe that an agent repeats until the record is deleted: <c>overlaybridge/v1/hosts/HOST/probes/PROBE</c>. Written by the executor; the
/// agent counts in <see cref="ProbeReport"/>. A record with another <paramref name="Run"/> or <paramref name="Attempt"/> begins to count anew.
/// </summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Probe">Unique on the host; the last segment of the key, such as <c>STAGE.GATE</c>.</param>
/// <param name="Attempt">Counts from 1; one more to count anew.</param>
/// <param name="Container">Name of the container in whose network (or, with <see cref="ProbeTarget.Exec"/>, in which) it runs; null for the host's own.</param>
/// <param name="IntervalMilliseconds">From begin to begin; at least 10.</param>
/// <param name="TimeoutMilliseconds">A try that takes longer failed.</param>
public sealed record ProbeTaskRecord(
    string Run, string Probe, int Attempt, string? Container, ProbeTarget Target, int IntervalMilliseconds, int TimeoutMilliseconds) : IBridgeRecord<ProbeTaskRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<ProbeTaskRecord> IBridgeRecord<ProbeTaskRecord>.TypeInfo => RecordJson.Plain.ProbeTaskRecord;
}

/// <summary>
/// What a probe saw: <c>overlaybridge/v1/hosts/HOST/probes/PROBE/report</c>. Written by the agent once a second while anything changes, and deleted by
/// it after its task is. An agent that starts again goes on counting; the time it was away is in no number but <paramref name="Updated"/>'s age.
/// </summary>
/// <param name="Attempt">Of the task that this is about; an older one is no answer.</param>
/// <param name="Tries">Ended ones.</param>
/// <param name="Failures">Of these.</param>
/// <param name="SuccessesInARow">Since the last failure, or since the begin.</param>
/// <param name="LongestOutageMilliseconds">From the begin of the first failed try to the end of the first that succeeded after it; one that lasts counts up to now.</param>
/// <param name="LastError">Why the last failed one failed; empty while none did.</param>
/// <param name="LastFailed">When it ended.</param>
/// <param name="Since">When the first try began, by the agent's clock.</param>
/// <param name="Updated">When the last counted try ended. One that is much older than the interval says that nobody probes.</param>
public sealed record ProbeReport(
    string Run,
    string Probe,
    int Attempt,
    long Tries,
    long Failures,
    long SuccessesInARow,
    long LongestOutageMilliseconds,
    string LastError,
    DateTimeOffset? LastFailed,
    DateTimeOffset Since,
    DateTimeOffset Updated) : IBridgeRecord<ProbeReport>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<ProbeReport> IBridgeRecord<ProbeReport>.TypeInfo => RecordJson.Plain.ProbeReport;
}
