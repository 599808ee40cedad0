using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>Writes that reached the old store after the flip: <c>overlaybridge/v1/takeover/alarms</c>.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Latest">The last ones, oldest first; at most <see cref="MaxLatest"/>.</param>
public sealed record TakeoverAlarms(string TakeoverId, int Count, ImmutableArray<TakeoverAlarm> Latest) : IBridgeRecord<TakeoverAlarms>
{
    public const int MaxLatest = 100;

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<TakeoverAlarms> IBridgeRecord<TakeoverAlarms>.TypeInfo => RecordJson.Plain.TakeoverAlarms;

    public static TakeoverAlarms None(string takeoverId) => new(takeoverId, 0, []);

    public TakeoverAlarms Add(ImmutableArray<TakeoverAlarm> more) =>
        this with { Count = Count + more.Length, Latest = [.. Latest.AddRange(more).TakeLast(MaxLatest)] };

    /// <summary>By content, the list included.</summary>
    public bool Equals(TakeoverAlarms? other) =>
        other is not null && FormatVersion == other.FormatVersion && TakeoverId == other.TakeoverId && Count == other.Count &&
        Latest.SequenceEqual(other.Latest);

    public override int GetHashCode() => HashCode.Combine(TakeoverId, Count);
}

/// <summary>One write to the old store.</summary>
/// <param name="Key">Full key.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Index">The old store's index of it; of a removal that of the read that showed it.</param>
/// <param name="Host">Who wrote, as far as the key tells: address or name of a host; empty when it does not tell.</param>
/// <param name="At">When it was seen.</param>
public sealed record TakeoverAlarm(string Key, string Change, ulong Index, string Host, DateTimeOffset At);
