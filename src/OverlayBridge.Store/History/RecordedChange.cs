using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.History;

/// <summary>A change that the history remembers, with all that is needed to take it back.</summary>
/// <param name="Index">The store's index after the command that made it: it never falls, whatever indexes an import brings.</param>
/// <param name="At">Milliseconds since 1970 by the clock of the node that led; 0 when the log does not say.</param>
public abstract record RecordedChange(ulong Index, long At, Origin By)
{
    /// <summary>What keeping a change costs beside what it holds: objects and references.</summary>
    private protected const int Overhead = 160;

    /// <summary>Bytes of memory that it keeps from being freed, about.</summary>
    internal abstract int Bytes { get; }
}

/// <summary>A key was written, deleted, locked or released.</summary>
/// <param name="Before">Null when there was no such key.</param>
/// <param name="After">Null when the key was deleted.</param>
public sealed record RecordedKeyChange(ulong Index, long At, Origin By, StoreKey Key, StoreEntry? Before, StoreEntry? After)
    : RecordedChange(Index, At, By)
{
    // What comes after is kept by the store, or by the next change of the key.
    internal override int Bytes => Overhead + Key.Length + (Before?.Value.Length ?? 0);
}

/// <summary>A session was made, changed or ended.</summary>
/// <param name="Before">Null when there was no such session.</param>
/// <param name="After">Null when it ended.</param>
public sealed record RecordedSessionChange(ulong Index, long At, Origin By, string Id, StoreSession? Before, StoreSession? After)
    : RecordedChange(Index, At, By)
{
    internal override int Bytes => Overhead + 2 * (Id.Length + (Before is { } before ? before.Name.Length + before.Node.Length : 0));
}
