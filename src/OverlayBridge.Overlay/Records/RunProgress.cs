using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What the executor in the leading control node is doing: <c>overlaybridge/v1/migration/RUN/progress</c>. It is rewritten when something changed,
/// and every few seconds so that its silence is seen.
/// </summary>
/// <param name="At">When it was written, by that node's clock.</param>
/// <param name="Doing">For people.</param>
/// <param name="WaitsFor">Hosts, gates and people that are waited for, each with what keeps it.</param>
public sealed record RunProgress(string Run, string Executor, DateTimeOffset At, string Doing, ImmutableArray<string> WaitsFor) : IBridgeRecord<RunProgress>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<RunProgress> IBridgeRecord<RunProgress>.TypeInfo => RecordJson.Plain.RunProgress;

    /// <summary>By content, the list included.</summary>
    public bool Equals(RunProgress? other) =>
        other is not null && FormatVersion == other.FormatVersion && Run == other.Run && Executor == other.Executor && At == other.At &&
        Doing == other.Doing && WaitsFor.SequenceEqual(other.WaitsFor);

    public override int GetHashCode() => HashCode.Combine(Run, Executor, At);
}
