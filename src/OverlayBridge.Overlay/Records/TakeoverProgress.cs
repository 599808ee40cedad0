using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What the takeover's coordinator, which runs in the leading control node, is doing: <c>overlaybridge/v1/takeover/progress</c>. It is
/// rewritten when something changed, and every few seconds so that its silence is seen.
/// </summary>
/// <param name="Coordinator">Name of the control node that leads.</param>
/// <param name="At">When it was written, by that node's clock.</param>
/// <param name="InStep">Whether this cluster has everything that the source had at <paramref name="SourceIndex"/>.</param>
/// <param name="SourceIndex">The source's index at the last read.</param>
/// <param name="Keys">Keys of the source at the last read.</param>
/// <param name="Doing">What it does or waits for, for people.</param>
/// <param name="WaitsFor">Hosts and relays that the next phase waits for.</param>
public sealed record TakeoverProgress(
    string TakeoverId,
    string Coordinator,
    DateTimeOffset At,
    bool InStep,
    ulong SourceIndex,
    int Keys,
    string Doing,
    ImmutableArray<string> WaitsFor) : IBridgeRecord<TakeoverProgress>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<TakeoverProgress> IBridgeRecord<TakeoverProgress>.TypeInfo => RecordJson.Plain.TakeoverProgress;

    /// <summary>By content, the list included.</summary>
    public bool Equals(TakeoverProgress? other) =>
        other is not null && FormatVersion == other.FormatVersion && TakeoverId == other.TakeoverId &&
        Coordinator == other.Coordinator && At == other.At && InStep == other.InStep && SourceIndex == other.SourceIndex &&
        Keys == other.Keys && Doing == other.Doing && WaitsFor.SequenceEqual(other.WaitsFor);

    public override int GetHashCode() => HashCode.Combine(TakeoverId, Coordinator, At);
}
