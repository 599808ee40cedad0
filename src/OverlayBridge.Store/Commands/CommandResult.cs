using System.Collections.Immutable;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Commands;

/// <summary>What a command did; never travels, each node works it out for itself.</summary>
public abstract record CommandResult;

/// <param name="Done">False when a compare-and-set did not hold. True also when nothing had to change.</param>
/// <param name="Index">The store's index after the command.</param>
public sealed record WriteResult(bool Done, ulong Index) : CommandResult
{
    /// <summary>A lock was asked for by a session that does not exist.</summary>
    public bool UnknownSession { get; init; }
}

/// <summary>What a transaction did: either <paramref name="Errors"/> is empty and all was done, or nothing was.</summary>
/// <param name="Results">Entries that the operations show, in order; none when the transaction failed.</param>
/// <param name="Errors">Every operation that failed.</param>
/// <param name="Index">The store's index after the transaction.</param>
public sealed record TransactionResult(
    ImmutableArray<TransactionEntry> Results, ImmutableArray<TransactionError> Errors, ulong Index) : CommandResult
{
    public bool Equals(TransactionResult? other) =>
        other is not null && Index == other.Index && Results.AsSpan().SequenceEqual(other.Results.AsSpan()) &&
        Errors.AsSpan().SequenceEqual(other.Errors.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Index, Results.Length, Errors.Length);
}

/// <param name="ShowsValue">False: the client is shown the entry without its value.</param>
public sealed record TransactionEntry(StoreEntry Entry, bool ShowsValue);

/// <summary>Why an operation of a transaction failed.</summary>
/// <param name="Operation">Number of the operation, from 0.</param>
/// <param name="Index">The key's ModifyIndex, where that is the reason; else 0.</param>
/// <param name="Session">The key's session, where that is the reason; else empty.</param>
public sealed record TransactionError(int Operation, TransactionFault Fault, ulong Index = 0, string Session = "");

/// <summary>Reasons, each with the words that Consul has for it in the Gateway.</summary>
public enum TransactionFault
{
    MissingKey,
    UnknownVerb,
    NotFound,
    Exists,
    StaleIndex,
    WrongIndex,
    WrongSession,
    MissingSession,
    UnknownSession,
    LockHeld,
    LockDelayed,
    NotHolder,

    /// <summary>Found by who serves the store to clients; the store itself knows no rights.</summary>
    PermissionDenied,
}

/// <param name="Applied">How many lines changed something.</param>
/// <param name="Index">The store's index after the import.</param>
public sealed record ImportResult(int Applied, ulong Index) : CommandResult;

/// <param name="Reaped">How many tombstones were dropped.</param>
public sealed record ReapResult(int Reaped) : CommandResult;
