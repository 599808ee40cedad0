using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>What happened in a run: <c>overlaybridge/v1/migration/RUN/events</c>, written together with what they tell of.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Latest">The last ones, oldest first; at most <see cref="MaxLatest"/>.</param>
public sealed record RunEvents(string Run, int Count, ImmutableArray<RunEvent> Latest) : IBridgeRecord<RunEvents>
{
    public const int MaxLatest = 200;

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<RunEvents> IBridgeRecord<RunEvents>.TypeInfo => RecordJson.Plain.RunEvents;

    public static RunEvents None(string run) => new(run, 0, []);

    /// <summary>With one more, which gets the next number.</summary>
    public RunEvents Add(RunEvent next) =>
        this with { Count = Count + 1, Latest = [.. Latest.Add(next with { Number = Count + 1 }).TakeLast(MaxLatest)] };

    /// <summary>By content, the list included.</summary>
    public bool Equals(RunEvents? other) =>
        other is not null && FormatVersion == other.FormatVersion && Run == other.Run && Count == other.Count && Latest.SequenceEqual(other.Latest);

    public override int GetHashCode() => HashCode.Combine(Run, Count);
}

/// <summary>One event of a run; a webhook gets it as it is.</summary>
/// <param name="Number">Counts from 1 in the run.</param>
/// <param name="Kind">
/// <c>step-begun</c>, <c>step-done</c>, <c>step-failed</c>, <c>step-undone</c>, <c>step-skipped</c>, <c>stage-begun</c>, <c>stage-done</c>, <c>stage-undone</c>,
/// <c>gate-failed</c>, <c>run-running</c>, <c>run-paused</c> and so on, and <c>executor</c>.
/// </param>
/// <param name="Stage">Empty where it is about the whole run.</param>
/// <param name="Host">Empty where it is about no host.</param>
/// <param name="Step">Empty where it is about no step.</param>
/// <param name="Text">For people, one line.</param>
public sealed record RunEvent(int Number, DateTimeOffset At, string Run, string Plan, string Kind, string Stage, string Host, string Step, string Text);

/// <summary>How far the webhooks are: <c>overlaybridge/v1/migration/RUN/webhooks</c>.</summary>
/// <param name="Delivered">Number of the last event that every hook was told of, or that was given up.</param>
/// <param name="Lost">How many deliveries were given up.</param>
/// <param name="Fault">Of the last delivery that was given up; empty when none was.</param>
public sealed record RunWebhooks(string Run, int Delivered, int Lost, string Fault) : IBridgeRecord<RunWebhooks>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<RunWebhooks> IBridgeRecord<RunWebhooks>.TypeInfo => RecordJson.Plain.RunWebhooks;
}
