using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Reports.Diffs;

namespace OverlayBridge.Reports.Histories;

/// <summary>What became of a key or of a session.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HistoryAction>))]
public enum HistoryAction
{
    [JsonStringEnumMemberName("added")]
    Added,

    [JsonStringEnumMemberName("changed")]
    Changed,

    [JsonStringEnumMemberName("removed")]
    Removed,

    /// <summary>A session took the key.</summary>
    [JsonStringEnumMemberName("locked")]
    Locked,

    /// <summary>The key was given back, or lost with its session.</summary>
    [JsonStringEnumMemberName("released")]
    Released,
}

/// <summary>Who changed what when: <c>history</c>. Its JSON is a contract: docs/schemas/history.schema.json.</summary>
/// <param name="Source">The control nodes that were asked.</param>
/// <param name="About">What was asked for, in words; empty for everything.</param>
/// <param name="Index">The store's index.</param>
/// <param name="ReachesBackTo">The oldest index whose state can be told: bridge://…@INDEX. Earlier changes are forgotten.</param>
/// <param name="More">There are older changes that fit and are not listed.</param>
/// <param name="Notes">What a reader must know, a sentence each.</param>
/// <param name="Changes">The newest first.</param>
public sealed record HistoryDocument(
    int FormatVersion,
    string Source,
    string About,
    ulong Index,
    ulong ReachesBackTo,
    bool More,
    ImmutableArray<string> Notes,
    ImmutableArray<HistoryChangeView> Changes)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>One change.</summary>
/// <param name="Sequence">Its number since the store began to remember.</param>
/// <param name="Index">The store's index after it.</param>
/// <param name="Time">By the clock of the control node that led; null when nobody noted it.</param>
/// <param name="Key">Null for a session's change.</param>
/// <param name="SessionId">Null for a key's change.</param>
/// <param name="Before">The key before; null when it was added, and for a session.</param>
/// <param name="After">The key after; null when it was removed, and for a session.</param>
/// <param name="SessionBefore">The session before; null when it was added, and for a key.</param>
/// <param name="SessionAfter">The session after; null when it was removed, and for a key.</param>
public sealed record HistoryChangeView(
    ulong Sequence,
    ulong Index,
    DateTimeOffset? Time,
    HistoryAction Action,
    string? Key,
    string? SessionId,
    HistoryBy By,
    KeyStateView? Before,
    KeyStateView? After,
    SessionView? SessionBefore,
    SessionView? SessionAfter)
{
    public static HistoryChangeView OfKey(ulong sequence, ulong index, DateTimeOffset? time, HistoryBy by, string key, KeyStateView? before, KeyStateView? after) =>
        new(sequence, index, time, ActionOf(before, after), key, null, by, before, after, null, null);

    public static HistoryChangeView OfSession(ulong sequence, ulong index, DateTimeOffset? time, HistoryBy by, string id, SessionView? before, SessionView? after) =>
        new(
            sequence, index, time, before is null ? HistoryAction.Added : after is null ? HistoryAction.Removed : HistoryAction.Changed,
            null, id, by, null, null, before, after);

    private static HistoryAction ActionOf(KeyStateView? before, KeyStateView? after) => (before, after) switch
    {
        (null, _) => HistoryAction.Added,
        (_, null) => HistoryAction.Removed,
        ({ Session: null }, { Session: not null }) => HistoryAction.Locked,
        ({ Session: not null }, { Session: null }) => HistoryAction.Released,
        _ => HistoryAction.Changed,
    };
}

/// <summary>Who made a change: the holder of a token; without tokens, what is known of the client.</summary>
/// <param name="Kind"><c>engine</c>, <c>agent</c>, <c>operator</c> or <c>reader</c>; <c>client</c> without a token; <c>import</c>, <c>restore</c>; <c>expiry</c> of a session; <c>control</c> for a control node on its own account; <c>unknown</c>.</param>
/// <param name="Name">Of the token, or what the control node did; empty where there is neither.</param>
/// <param name="TokenId">Empty without a token.</param>
/// <param name="Address">Of the client; empty for what came from none.</param>
/// <param name="Program">What the client said that it is; empty when it did not.</param>
public sealed record HistoryBy(string Kind, string Name, string TokenId, string Address, string Program);

/// <summary>A session at one moment.</summary>
/// <param name="Node">The node it was made for.</param>
public sealed record SessionView(string Node, string Name, string Ttl, string Behavior, ulong CreateIndex, ulong ModifyIndex);
