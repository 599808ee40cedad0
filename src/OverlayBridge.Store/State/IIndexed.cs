using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>Something kept in a <see cref="SortedTree{T}"/>: found by its key, aggregated by its index.</summary>
public interface IIndexed
{
    StoreKey Key { get; }

    /// <summary>The store index that counts for a reader of the key or of a prefix above it.</summary>
    ulong Index { get; }
}
