using System.Collections.Immutable;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Commands;

/// <summary>
/// A change as it stands in the log. All that is not deterministic (time, ids, random values) is decided by the proposer
/// and travels in the command. On the wire each kind has a tag and a version (<see cref="CommandCodec"/>).
/// </summary>
public abstract record StoreCommand
{
    /// <summary>Who wants it, for the history. It changes nothing of what the command does.</summary>
    public Origin By { get; init; } = Origin.Unknown;
}

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

/// <summary>
/// Takes a lock, as <c>PUT ?acquire</c> does: value and flags are written, LockIndex goes up by one unless the session held the key
/// already. Not done when another session holds it; <see cref="WriteResult.UnknownSession"/> when there is no such session.
/// </summary>
public sealed record LockCommand(StoreKey Key, ImmutableArray<byte> Value, ulong Flags, string Session) : StoreCommand<WriteResult>
{
    public bool Equals(LockCommand? other) =>
        other is not null && Key == other.Key && Flags == other.Flags && Session == other.Session &&
        Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Flags, Session);
}

/// <summary>
/// Gives a lock back, as <c>PUT ?release</c> does: value and flags are written, LockIndex stays. Not done unless the session holds
/// the key.
/// </summary>
public sealed record UnlockCommand(StoreKey Key, ImmutableArray<byte> Value, ulong Flags, string Session) : StoreCommand<WriteResult>
{
    public bool Equals(UnlockCommand? other) =>
        other is not null && Key == other.Key && Flags == other.Flags && Session == other.Session &&
        Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Flags, Session);
}

/// <summary>Makes a session. Its id was chosen by the proposer; indexes in it are ignored.</summary>
public sealed record CreateSessionCommand(StoreSession Session) : StoreCommand<WriteResult>;

/// <summary>
/// Ends a session, by a client's word or because its TTL ran out: the keys it holds are released or deleted, as its Behavior says, all
/// under one index. An unknown session is a success without change.
/// </summary>
public sealed record DestroySessionCommand(string Id) : StoreCommand<WriteResult>;

/// <summary>All operations or none, in order, later ones see earlier ones; all changes share one index.</summary>
public sealed record TransactionCommand(ImmutableArray<TransactionOperation> Operations) : StoreCommand<TransactionResult>
{
    public bool Equals(TransactionCommand? other) =>
        other is not null && Operations.AsSpan().SequenceEqual(other.Operations.AsSpan());

    public override int GetHashCode() => Operations.Length;
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

/// <summary>How much history is kept from here on; what is too much of it goes at once.</summary>
/// <param name="At">Milliseconds since 1970 by the clock of the node that leads.</param>
public sealed record SetHistoryLimitsCommand(HistoryLimits Limits, long At) : StoreCommand<WriteResult>;
