using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Diff;

namespace OverlayBridge.Reports.Diffs;

/// <summary>What became of an import.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportResult>))]
public enum ImportResult
{
    /// <summary>The target held everything already.</summary>
    [JsonStringEnumMemberName("unchanged")]
    Unchanged,

    /// <summary>A dry run: this would change, nothing was changed.</summary>
    [JsonStringEnumMemberName("planned")]
    Planned,

    /// <summary>Changed, read again and compared: the target equals the source.</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>Nothing was changed: so many deletions need a person's word.</summary>
    [JsonStringEnumMemberName("held")]
    Held,
}

/// <summary>The numbers of an import.</summary>
/// <param name="Index">The target's index, after the import if one was made.</param>
/// <param name="SourceIndex">The source's index; 0 when it does not say.</param>
/// <param name="Deletions">What was thought of the deletions; empty when there are none.</param>
public sealed record ImportFacts(
    ImportResult Result, bool DryRun, ulong SourceIndex, ulong Index, int KeysSet, int KeysDeleted, int SessionsChanged, string Deletions);

/// <summary>
/// What <c>import</c> shows: the difference between the target before and the source, and what became of it. The same for a dry run. Its JSON is
/// a contract: docs/schemas/import.schema.json.
/// </summary>
/// <param name="From">The target as it was.</param>
/// <param name="To">The source: what the target holds after the import.</param>
public sealed record ImportDocument(
    int FormatVersion,
    string From,
    string To,
    ImportFacts Import,
    DiffSummary Summary,
    ImmutableArray<StateChange> Changes,
    DiffSummary KeySummary,
    bool IndexesCompared,
    ImmutableArray<string> Notes)
{
    public static ImportDocument Of(StateDiff diff, ImportFacts import) => new(
        DiffDocument.CurrentFormatVersion, diff.From, diff.To, import, diff.Summary, diff.Changes, diff.KeySummary,
        diff.IndexesCompared, diff.Notes);
}
