using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// The takeover of a source by this cluster: <c>overlaybridge/v1/takeover</c>, one at a time. Every change of it is a compare-and-set;
/// the one to <see cref="TakeoverPhase.Flipped"/> is made by the store together with its change of mode.
/// </summary>
/// <param name="Id">Made anew by every <c>takeover prepare</c>; reports carry it, so that those about an earlier takeover are known.</param>
/// <param name="Source">STATE of the old store without secrets, e.g. <c>consul://10.0.0.5:8500</c>.</param>
/// <param name="Prefix">Keys that change hands, e.g. <c>docker/</c>.</param>
/// <param name="SourceAddresses">Where the engines reach the old store: what agents hold and then redirect.</param>
/// <param name="Gateways">The HTTP addresses of the control nodes: what agents redirect to.</param>
/// <param name="Hosts">Hosts whose agents take part, by name.</param>
/// <param name="Relays">Control nodes that stand at the old address for hosts without agents, by node name.</param>
/// <param name="PhaseSince">When the phase was reached, by the clock of who moved it.</param>
/// <param name="By">Who asked for the takeover: <c>user@host</c>.</param>
/// <param name="Note">What a person should know about the phase, e.g. why it was aborted; empty when there is nothing to say.</param>
public sealed record TakeoverRecord(
    string Id,
    string Source,
    string Prefix,
    ImmutableArray<IPEndPoint> SourceAddresses,
    ImmutableArray<IPEndPoint> Gateways,
    ImmutableArray<string> Hosts,
    ImmutableArray<string> Relays,
    TakeoverPhase Phase,
    DateTimeOffset PhaseSince,
    TakeoverLimits Limits,
    string By,
    string Note) : IBridgeRecord<TakeoverRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    /// <summary>When <c>takeover commit</c> asked for the commit; null before it, and again when the coordinator refused it (see <see cref="Note"/>).</summary>
    public DateTimeOffset? CommitAsked { get; init; }

    /// <summary>From the flip on: the source's index at the last read. What is newer there was written past the takeover.</summary>
    public ulong SourceIndex { get; init; }

    static JsonTypeInfo<TakeoverRecord> IBridgeRecord<TakeoverRecord>.TypeInfo => RecordJson.Plain.TakeoverRecord;

    /// <summary>The record in another phase.</summary>
    public TakeoverRecord In(TakeoverPhase phase, DateTimeOffset now, string note = "") =>
        this with { Phase = phase, PhaseSince = now, Note = note, CommitAsked = null };

    /// <summary>By content, the lists included.</summary>
    public bool Equals(TakeoverRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Id == other.Id && Source == other.Source &&
        Prefix == other.Prefix && SourceAddresses.SequenceEqual(other.SourceAddresses) &&
        Gateways.SequenceEqual(other.Gateways) && Hosts.SequenceEqual(other.Hosts) && Relays.SequenceEqual(other.Relays) &&
        Phase == other.Phase && PhaseSince == other.PhaseSince && Limits == other.Limits && By == other.By &&
        Note == other.Note && CommitAsked == other.CommitAsked && SourceIndex == other.SourceIndex;

    public override int GetHashCode() => HashCode.Combine(Id, Phase, PhaseSince);
}

/// <summary>Where a takeover is. Which follows which: <c>docs/decisions/016</c>.</summary>
public enum TakeoverPhase
{
    /// <summary>The source is followed; engines work on it as ever. Agents report <see cref="TakeoverHostState.Ready"/>.</summary>
    [JsonStringEnumMemberName("prepared")]
    Prepared,

    /// <summary>Agents drop packets to the source; the last read is under way.</summary>
    [JsonStringEnumMemberName("holding")]
    Holding,

    /// <summary>This store is the primary one; agents redirect, reset connections and lift the hold.</summary>
    [JsonStringEnumMemberName("flipped")]
    Flipped,

    /// <summary>All hosts are redirected; the source is watched for writes that still reach it.</summary>
    [JsonStringEnumMemberName("committed")]
    Committed,

    /// <summary>The redirects are removed: hosts are converted, or their daemon.json points here. The end.</summary>
    [JsonStringEnumMemberName("released")]
    Released,

    /// <summary>Given up before the flip; all holds are lifted, the engines go on with the source. The end.</summary>
    [JsonStringEnumMemberName("aborted")]
    Aborted,
}

/// <param name="HoldSeconds">A hold that lasts longer is aborted.</param>
public sealed record TakeoverLimits(int HoldSeconds);
