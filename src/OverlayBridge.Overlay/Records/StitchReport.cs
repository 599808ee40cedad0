using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What a host's agent has done for one side of an exposed network: <c>overlaybridge/v1/hosts/HOST/stitch/NID</c>.
/// Rewritten when something other than the time changed.
/// </summary>
/// <param name="NetworkId">The network whose overlay namespace the entries stand in.</param>
/// <param name="Namespace">Name of the namespace file, e.g. <c>1-0eb37f9d8e</c>; null while the host has none, for no container of the network runs there.</param>
/// <param name="Desired">How many entries the host must have.</param>
/// <param name="Programmed">How many of them are in the kernel's tables; with those that should be gone and could not be removed.</param>
/// <param name="Differences">The entries that are wanted and not there, each with the reason; at most <see cref="MaxDifferences"/>.</param>
/// <param name="At">The agent's clock when it last changed.</param>
/// <param name="Error">Why the network as a whole could not be programmed; null when it could.</param>
public sealed record StitchReport(
    string NetworkId,
    string? Namespace,
    int Desired,
    int Programmed,
    ImmutableArray<StitchDifference> Differences,
    DateTimeOffset At,
    string? Error) : IBridgeRecord<StitchReport>
{
    /// <summary>More differences than this say nothing more; <see cref="Desired"/> and <see cref="Programmed"/> have the count.</summary>
    public const int MaxDifferences = 100;

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<StitchReport> IBridgeRecord<StitchReport>.TypeInfo => RecordJson.Plain.StitchReport;

    /// <summary>This with what another device of the same network says.</summary>
    public StitchReport And(StitchReport other) => this with
    {
        Namespace = Namespace ?? other.Namespace,
        Desired = Desired + other.Desired,
        Programmed = Programmed + other.Programmed,
        Differences = [.. Differences.Concat(other.Differences).Take(MaxDifferences)],
        Error = Error is null || Error == other.Error ? other.Error : other.Error is null ? Error : $"{Error}; {other.Error}",
    };

    /// <summary>By content, the differences included.</summary>
    public bool Equals(StitchReport? other) =>
        other is not null && FormatVersion == other.FormatVersion && NetworkId == other.NetworkId &&
        Namespace == other.Namespace && Desired == other.Desired && Programmed == other.Programmed &&
        Differences.SequenceEqual(other.Differences) && At == other.At && Error == other.Error;

    public override int GetHashCode() => HashCode.Combine(NetworkId, Namespace, Desired, Programmed, At);
}

/// <summary>One entry that is not as it must be.</summary>
/// <param name="Entry">For example <c>10.60.0.3 02:42:0a:3c:00:03 via 172.31.0.1 vni 256</c>.</param>
/// <param name="Reason">For example <c>netlink error 28 (No space left on device)</c>.</param>
public sealed record StitchDifference(string Entry, string Reason);
