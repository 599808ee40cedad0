using System.Collections.Immutable;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.Commands;

/// <summary>
/// A change as it stands in the log. All that is not deterministic (time, ids, random values) is decided by the proposer
/// and travels in the command. On the wire each kind has a tag and a version (<see cref="CommandCodec"/>).
/// </summary>
public abstract record StoreCommand;

/// <summary>A command and the kind of result that it answers with.</summary>
public abstract record StoreCommand<TResult> : StoreCommand
    where TResult : CommandResult;

/// <summary>
/// Writes a key as a PUT without lock does: value and flags are replaced, LockIndex becomes 0, a holder stays.
/// </summary>
/// <param name="Cas">Null: always. 0: only if the key is absent. N: only if its ModifyIndex is N.</param>
public sealed record SetCommand(StoreKey Key, ImmutableArray<byte> Value, ulong Flags, ulong? Cas = null)
    : StoreCommand<WriteResult>
{
    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(SetCommand? other) =>
        other is not null && Key == other.Key && Flags == other.Flags && Cas == other.Cas &&
        Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Flags, Cas);
}

/// <summary>Deletes a key and leaves a tombstone; an absent key is a success without change.</summary>
/// <param name="Cas">Null: always. N: only if the key's ModifyIndex is N, or the key is absent.</param>
public sealed record DeleteCommand(StoreKey Key, ulong? Cas = null) : StoreCommand<WriteResult>;

/// <summary>Deletes all keys with a prefix, under one index.</summary>
public sealed record DeleteTreeCommand(StoreKey Prefix) : StoreCommand<WriteResult>;

/// <summary>Applies imported lines in order, all under one command.</summary>
public sealed record ImportCommand(ImmutableArray<ImportOperation> Operations) : StoreCommand<ImportResult>
{
    public bool Equals(ImportCommand? other) =>
        other is not null && Operations.AsSpan().SequenceEqual(other.Operations.AsSpan());

    public override int GetHashCode() => Operations.Length;
}

/// <summary>
/// Drops the tombstones whose index is not above <paramref name="UpTo"/>. Which that are is decided by the leader's
/// clock; what is dropped depends on nothing but the command.
/// </summary>
public sealed record ReapTombstonesCommand(ulong UpTo) : StoreCommand<ReapResult>;
