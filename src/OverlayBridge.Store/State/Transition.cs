using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>What applying a command gives.</summary>
/// <param name="Changes">Who has to be told, in the order of the changes.</param>
public sealed record Transition(StoreState State, CommandResult Result, ImmutableArray<Change> Changes);

/// <summary>Something a blocking query may wait for has changed.</summary>
/// <param name="OutOfOrder">
/// The change has an index that is not above all earlier ones, as only an import's can: those who wait are to be answered
/// although the index they would see is not above the one they asked with.
/// </param>
public abstract record Change(bool OutOfOrder);

/// <summary>A key was written or deleted.</summary>
public sealed record KeyChange(StoreKey Key, bool OutOfOrder) : Change(OutOfOrder)
{
    /// <summary>
    /// What the key was before this change and what it was after it, where the one who made it had both at hand; it spares others two searches. It is nothing but what the states before
    /// and after hold when the command changes no more than this.
    /// </summary>
    internal (StoreEntry? Before, StoreEntry? After)? Entries { get; init; }

    public bool Equals(KeyChange? other) => other is not null && Key == other.Key && OutOfOrder == other.OutOfOrder;

    public override int GetHashCode() => HashCode.Combine(Key, OutOfOrder);
}

/// <summary>A session was written or deleted.</summary>
public sealed record SessionsChange(string Id, bool OutOfOrder) : Change(OutOfOrder);

/// <summary>The whole state was replaced: whoever waits is to be answered.</summary>
public sealed record WholeStateChange() : Change(OutOfOrder: true);

/// <summary>
/// A key's lock was lost with its session: for so long it is not given again, so that the former holder notices first. Who has to know
/// is the leader that refuses.
/// </summary>
/// <param name="Delay">As the session says.</param>
public sealed record LockLost(StoreKey Key, TimeSpan Delay) : Change(OutOfOrder: false);
