using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>Whose word counts for the keys under a prefix; all other keys are always this store's own.</summary>
public enum StoreRole : byte
{
    /// <summary>A store that never followed another: it takes every write.</summary>
    Own = 0,

    /// <summary>Another store is followed: what clients write under the prefix is refused, imports are taken.</summary>
    Standby = 1,

    /// <summary>It took over: clients write under the prefix, imports there are refused.</summary>
    TakenOver = 2,
}

/// <param name="Prefix">Keys that the other store has, or had, a say in; empty stands for all keys but the bridge's own.</param>
/// <param name="Source">The other store, for people; without secrets.</param>
public sealed record StoreMode(StoreRole Role, StoreKey Prefix, string Source)
{
    public static StoreMode Own { get; } = new(StoreRole.Own, StoreKey.Empty, "");

    /// <summary>The word that status has for it: <c>standby</c> or <c>primary</c>.</summary>
    public string Name => Role == StoreRole.Standby ? "standby" : "primary";

    /// <summary>Keys of the bridge itself: no other store has a say in them.</summary>
    private static readonly StoreKey Reserved = StoreKey.FromText("overlaybridge/");

    /// <summary>Whether the mode has rules for the key.</summary>
    public bool Covers(StoreKey key) => Role != StoreRole.Own && key.StartsWith(Prefix) && !key.StartsWith(Reserved);

    /// <summary>Whether the mode has rules for a key that may stand under the prefix.</summary>
    public bool CoversSomeUnder(StoreKey prefix) =>
        Role != StoreRole.Own && (prefix.StartsWith(Prefix) || Prefix.StartsWith(prefix)) && !prefix.StartsWith(Reserved);
}
