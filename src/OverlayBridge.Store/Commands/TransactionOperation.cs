using System.Collections.Immutable;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.Commands;

/// <summary>What an operation of a transaction does with its key: the KV verbs of Consul 1.8.</summary>
public enum TransactionVerb : byte
{
    /// <summary>A verb that this store does not have: the operation fails, and so does the transaction.</summary>
    Unknown = 0,
    Set = 1,
    Cas = 2,
    Lock = 3,
    Unlock = 4,
    Get = 5,
    GetTree = 6,
    CheckIndex = 7,
    CheckSession = 8,
    CheckNotExists = 9,
    Delete = 10,
    DeleteTree = 11,
    DeleteCas = 12,
}

/// <param name="Index">What <c>cas</c>, <c>delete-cas</c> and <c>check-index</c> compare with.</param>
/// <param name="Session">What <c>lock</c>, <c>unlock</c> and <c>check-session</c> are about; empty when none was given.</param>
public sealed record TransactionOperation(
    TransactionVerb Verb, StoreKey Key, ImmutableArray<byte> Value, ulong Flags = 0, ulong Index = 0, string Session = "")
{
    /// <summary>Whether it changes nothing: a transaction of such operations alone is a read.</summary>
    public bool IsRead => Verb is TransactionVerb.Unknown or TransactionVerb.Get or TransactionVerb.GetTree
        or TransactionVerb.CheckIndex or TransactionVerb.CheckSession or TransactionVerb.CheckNotExists;

    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(TransactionOperation? other) =>
        other is not null && Verb == other.Verb && Key == other.Key && Flags == other.Flags && Index == other.Index &&
        Session == other.Session && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Verb, Key, Flags, Index, Session);
}
