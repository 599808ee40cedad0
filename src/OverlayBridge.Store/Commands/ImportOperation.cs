using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Commands;

/// <summary>One line of an import: a change that keeps the indexes of the store it comes from.</summary>
public abstract record ImportOperation;

/// <summary>
/// The key becomes exactly this entry; identical is no change. A ModifyIndex of 0 says that the source has no indexes:
/// then only value, flags, LockIndex and session decide whether something changes, and a change gets the store's next
/// index (and, if CreateIndex is 0, keeps the CreateIndex of a key that exists).
/// </summary>
public sealed record ImportSet(StoreEntry Entry) : ImportOperation;

/// <summary>The key is gone since <paramref name="Index"/> (0: the store's next index), which its tombstone shows.</summary>
public sealed record ImportDelete(StoreKey Key, ulong Index) : ImportOperation;

/// <summary>The session becomes exactly this; identical is no change.</summary>
public sealed record ImportSession(StoreSession Session) : ImportOperation;

/// <summary>
/// The session is gone since <paramref name="Index"/> (0: the store's next index). The keys it held are left alone: the
/// source says what became of them.
/// </summary>
public sealed record ImportSessionDelete(string Id, ulong Index) : ImportOperation;

/// <summary>The store's index, and the one of its keys, are at least <paramref name="Index"/> from here on.</summary>
public sealed record ImportIndex(ulong Index) : ImportOperation;
