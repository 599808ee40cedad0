using System.Collections.Immutable;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.Commands;

/// <summary>From here on another store is followed under the prefix; done twice it changes nothing.</summary>
/// <param name="Source">The other store, for people; without secrets.</param>
public sealed record SetStandbyCommand(StoreKey Prefix, string Source) : StoreCommand<WriteResult>;

/// <summary>
/// The store changes hands: it takes writes under the prefix and no imports, imported sessions become its own, and the record of the
/// takeover gets its new value; all at once, or nothing.
/// </summary>
/// <param name="Record">Key of the takeover's record.</param>
/// <param name="RecordIndex">Its ModifyIndex; another one means that the takeover went on without this flip.</param>
/// <param name="Value">The record's new value.</param>
/// <param name="Prefix">That of the standby.</param>
/// <param name="Content">The <see cref="State.ContentDigest"/> of what the old store held last: this store must hold the same.</param>
public sealed record FlipCommand(StoreKey Record, ulong RecordIndex, ImmutableArray<byte> Value, StoreKey Prefix, UInt128 Content)
    : StoreCommand<FlipResult>
{
    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(FlipCommand? other) =>
        other is not null && Record == other.Record && RecordIndex == other.RecordIndex && Prefix == other.Prefix &&
        Content == other.Content && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Record, RecordIndex, Prefix, Content);
}

/// <param name="Index">The store's index after the command.</param>
public sealed record FlipResult(FlipOutcome Outcome, ulong Index) : CommandResult;

/// <summary>What became of a flip.</summary>
public enum FlipOutcome
{
    Flipped,

    /// <summary>Nothing was done: the store is not on standby for the prefix.</summary>
    NotStandby,

    /// <summary>Nothing was done: the takeover's record was changed in the meantime.</summary>
    RecordChanged,

    /// <summary>Nothing was done: the store does not hold what the old store held last.</summary>
    ContentDiffers,
}

/// <summary>The store's mode does not let the command pass; nothing was done.</summary>
/// <param name="Reason">For people.</param>
public sealed record ModeRefusal(string Reason) : CommandResult;
