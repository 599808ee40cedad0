using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>A page of what a cluster remembers, the newest first (<c>GET /v1/overlaybridge/history</c>).</summary>
/// <param name="Index">The store's index.</param>
/// <param name="ReachesBackTo">The oldest index whose state can be told.</param>
/// <param name="Remembered">How many changes are remembered, whatever was asked for.</param>
/// <param name="Next">What the next page is asked for with; null when this is the last.</param>
public sealed record HistoryPage(
    [property: JsonRequired] ulong Index,
    [property: JsonRequired] ulong ReachesBackTo,
    [property: JsonRequired] ulong Remembered,
    [property: JsonRequired] ImmutableArray<HistoryChange> Changes,
    ulong? Next);

/// <summary>A change to a key or to a session.</summary>
/// <param name="Sequence">Its number since the store began to remember.</param>
/// <param name="Index">The store's index after it.</param>
/// <param name="Time">By the clock of the node that led; null when nobody noted it.</param>
/// <param name="Key">Null for a session's change.</param>
/// <param name="Session">Id of the session; null for a key's change.</param>
/// <param name="Before">Null when it was made.</param>
/// <param name="After">Null when it went.</param>
public sealed record HistoryChange(
    [property: JsonRequired] ulong Sequence,
    [property: JsonRequired] ulong Index,
    DateTimeOffset? Time,
    [property: JsonRequired] HistoryOrigin By,
    string? Key,
    string? Session,
    HistoryState? Before,
    HistoryState? After);

/// <summary>Who made a change.</summary>
/// <param name="Kind"><c>engine agent operator reader client import expiry control restore unknown</c>.</param>
/// <param name="Name">Of the token, or what a control node did; empty where there is neither.</param>
/// <param name="Program">What the client said that it is.</param>
public sealed record HistoryOrigin(
    [property: JsonRequired] string Kind, string Name, [property: JsonPropertyName("TokenID")] string TokenId, string Address, string Program);

/// <summary>A key or a session at one moment; each has the fields of its own.</summary>
/// <param name="Value">Null for an empty one, and for a session.</param>
/// <param name="Session">Of a key: the session that held it.</param>
/// <param name="Node">Of a session, as are the fields behind it.</param>
public sealed record HistoryState(
    ReadOnlyMemory<byte>? Value, ulong Flags, ulong CreateIndex, ulong ModifyIndex, ulong LockIndex, string? Session,
    string? Node, string? Name, [property: JsonPropertyName("TTL")] string? Ttl, string? Behavior)
{
    /// <summary>As an entry of a key.</summary>
    public KeyValueEntry Entry(string key) => new(key, [.. Value.GetValueOrDefault().Span], Flags, CreateIndex, ModifyIndex, LockIndex, Session);
}

[JsonSerializable(typeof(HistoryPage))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
