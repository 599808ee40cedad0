using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Migration.Import;

/// <summary>What an import did, or would do: a dry run gives the same.</summary>
/// <param name="Before">The target as it was.</param>
/// <param name="Wanted">The source as it was read: what the target holds after the import.</param>
/// <param name="Plan">The operations between them.</param>
/// <param name="Deletions">What the deletion guard says.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Index">The target's index, after the import if one was made.</param>
public sealed record ImportReport(
    StoreImage Before,
    StoreImage Wanted,
    ImportPlan Plan,
    DeletionVerdict Deletions,
    ImportOutcome Outcome,
    ulong Index)
{
    /// <summary>Keys that went while the source was read, and stay until the next import finds them still gone.</summary>
    public int Unconfirmed { get; init; }
}

/// <summary>What became of an import.</summary>
public enum ImportOutcome
{
    /// <summary>The target held everything already.</summary>
    Unchanged,

    /// <summary>A dry run: nothing was changed.</summary>
    Planned,

    /// <summary>The target now equals the source; it was read again and compared.</summary>
    Applied,

    /// <summary>Nothing was changed: the deletions need a person's word, see <see cref="ImportReport.Deletions"/>.</summary>
    Held,
}
