using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Diff;

namespace OverlayBridge.Reports.Diffs;

/// <summary>What <c>diff</c> shows. Its JSON is a contract: docs/schemas/diff.schema.json.</summary>
/// <param name="From">The STATE that changes are counted from.</param>
/// <param name="Summary">Counts <paramref name="Changes"/>.</param>
/// <param name="KeySummary">Counts the keys that differ, whether or not they are listed.</param>
/// <param name="Keys">The keys that differ; null unless asked for.</param>
/// <param name="IndexesCompared">False when one of the two has no indexes.</param>
/// <param name="Notes">What a reader must know about the comparison, a sentence each.</param>
public sealed record DiffDocument(
    int FormatVersion,
    string From,
    string To,
    DiffSummary Summary,
    ImmutableArray<StateChange> Changes,
    DiffSummary KeySummary,
    ImmutableArray<KeyChangeView>? Keys,
    bool IndexesCompared,
    ImmutableArray<string> Notes)
{
    public const int CurrentFormatVersion = 1;

    public static DiffDocument Of(StateDiff diff, bool withKeys) => new(
        CurrentFormatVersion, diff.From, diff.To, diff.Summary, diff.Changes, diff.KeySummary,
        withKeys ? [.. diff.Keys.Select(KeyChangeView.Of)] : null, diff.IndexesCompared, diff.Notes);
}

/// <summary>A key that differs.</summary>
/// <param name="Fields">Which of value, flags, createIndex, modifyIndex, lockIndex, session differ; empty if added or removed.</param>
public sealed record KeyChangeView(
    string Key, ChangeAction Action, ImmutableArray<string> Fields, KeyStateView? Before, KeyStateView? After)
{
    public static KeyChangeView Of(KeyChange change) => new(
        change.Key, change.Action, change.Fields, KeyStateView.Of(change.Before), KeyStateView.Of(change.After));
}

/// <summary>A key with all that Consul keeps of it.</summary>
/// <param name="Value">Base64; empty for a folder marker.</param>
public sealed record KeyStateView(
    string Value, ulong Flags, ulong CreateIndex, ulong ModifyIndex, ulong LockIndex, string? Session)
{
    public static KeyStateView? Of(KeyValueEntry? entry) => entry is null ? null : new(
        Convert.ToBase64String(entry.Bytes.Span), entry.Flags, entry.CreateIndex, entry.ModifyIndex, entry.LockIndex, entry.Session);
}
