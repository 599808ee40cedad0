using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;

namespace OverlayBridge.Reports.Takeovers;

/// <summary>How a takeover stands. Its JSON is a contract: docs/schemas/takeover.schema.json.</summary>
/// <param name="Store">The control node that was asked.</param>
/// <param name="Mode"><c>standby</c> or <c>primary</c>.</param>
/// <param name="Takeover">Null when there never was one.</param>
/// <param name="Coordinator">Null when it said nothing about this takeover yet.</param>
public sealed record StatusDocument(
    int FormatVersion,
    string Store,
    string Mode,
    TakeoverLine? Takeover,
    CoordinatorLine? Coordinator,
    ImmutableArray<ParticipantLine> Hosts,
    AlarmLines Alarms)
{
    public const int CurrentFormatVersion = 1;

    /// <summary>A coordinator that says nothing for so long is not there: it speaks every 5 s.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static StatusDocument Of(
        string store, string mode, TakeoverRecord? takeover, TakeoverProgress? progress, ImmutableArray<Participant> participants, TakeoverAlarms? alarms,
        DateTimeOffset now) => new(
        CurrentFormatVersion, store, mode, takeover is null ? null : TakeoverLine.Of(takeover),
        progress is null || progress.TakeoverId != takeover?.Id ? null : CoordinatorLine.Of(progress, now),
        [.. participants.Select(ParticipantLine.Of)],
        new(alarms?.Count ?? 0, alarms is null ? [] : [.. alarms.Latest.Select(static alarm => new AlarmLine(alarm.Key, alarm.Change, alarm.Index, alarm.Host, alarm.At))]));
}

/// <summary>The takeover's record.</summary>
/// <param name="Phase"><c>prepared</c>, <c>holding</c>, <c>flipped</c>, <c>committed</c>, <c>released</c> or <c>aborted</c>.</param>
/// <param name="By">Who prepared it.</param>
/// <param name="Note">What a person should know; empty when there is nothing to say.</param>
/// <param name="CommitAsked">When a commit was asked for that has not begun; else null.</param>
public sealed record TakeoverLine(
    string Id,
    string Source,
    string Prefix,
    string Phase,
    DateTimeOffset PhaseSince,
    string By,
    string Note,
    int HoldSeconds,
    DateTimeOffset? CommitAsked,
    ImmutableArray<string> SourceAddresses,
    ImmutableArray<string> Gateways)
{
    public static TakeoverLine Of(TakeoverRecord takeover) => new(
        takeover.Id, takeover.Source, takeover.Prefix, takeover.Phase.ToString().ToLowerInvariant(), takeover.PhaseSince, takeover.By, takeover.Note,
        takeover.Limits.HoldSeconds, takeover.CommitAsked, [.. takeover.SourceAddresses.Select(static address => address.ToString())],
        [.. takeover.Gateways.Select(static address => address.ToString())]);
}

/// <summary>What the coordinator, in the leading control node, is doing.</summary>
/// <param name="Silent">It has not spoken for longer than it should: no control node leads, or none reaches its store.</param>
/// <param name="InStep">Whether the cluster has everything that the source had at <paramref name="SourceIndex"/>.</param>
public sealed record CoordinatorLine(
    string Node, DateTimeOffset At, bool Silent, bool InStep, ulong SourceIndex, int Keys, string Doing, ImmutableArray<string> WaitsFor)
{
    public static CoordinatorLine Of(TakeoverProgress progress, DateTimeOffset now) => new(
        progress.Coordinator, progress.At, now - progress.At > StatusDocument.Silence, progress.InStep, progress.SourceIndex, progress.Keys, progress.Doing,
        progress.WaitsFor);
}

/// <summary>A host or a relay.</summary>
/// <param name="Kind"><c>agent</c> or <c>relay</c>.</param>
/// <param name="State"><c>ready</c>, <c>holding</c>, <c>redirected</c>, <c>released</c>, <c>failed</c>; empty when it said nothing yet.</param>
/// <param name="Heard">It gave a sign of life lately.</param>
/// <param name="Backend">What its rules are made with.</param>
/// <param name="Connections">Established ones to the old store that were seen last.</param>
public sealed record ParticipantLine(string Name, string Kind, string State, DateTimeOffset? Since, bool Heard, string Backend, int Connections, string Cause)
{
    public static ParticipantLine Of(Participant one) => new(
        one.Name, one.IsRelay ? "relay" : "agent", one.Report?.State.ToString().ToLowerInvariant() ?? "", one.Report?.Since, one.IsHeard,
        one.Report?.Backend ?? "", one.Report?.Connections ?? 0, one.Report?.Cause ?? "");
}

/// <summary>Writes that reached the old store after the flip.</summary>
/// <param name="Latest">The last of them, oldest first.</param>
public sealed record AlarmLines(int Count, ImmutableArray<AlarmLine> Latest);

/// <param name="Change"><c>added</c>, <c>changed</c>, <c>removed</c>; <c>renewed</c> of a session.</param>
/// <param name="Host">Who wrote it; empty when the key does not tell.</param>
public sealed record AlarmLine(string Key, string Change, ulong Index, string Host, DateTimeOffset At);
