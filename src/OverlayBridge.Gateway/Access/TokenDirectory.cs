using OverlayBridge.Store;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Access;

/// <summary>The tokens as this node has them, read anew only when one of them changed.</summary>
internal sealed class TokenDirectory(IKeyValueStore store)
{
    private volatile Cached _cached = new(SortedTree.Empty<StoreEntry>(), 0, TokenSet.Empty);

    /// <param name="consistency">Stale: what this node has, at once.</param>
    /// <exception cref="NoLeaderException">Not for a stale read: nobody can answer.</exception>
    public async ValueTask<TokenSet> ReadAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (consistency != ReadConsistency.Stale)
            await store.ReadPrefixAsync(TokenRecord.Prefix, new ReadOptions(consistency), cancellationToken).ConfigureAwait(false);
        return Of(store.Current);
    }

    /// <summary>At every request, so: nothing is looked at twice while no key changes, and no record while none of them does.</summary>
    private TokenSet Of(StoreState state)
    {
        var cached = _cached;
        if (ReferenceEquals(cached.Entries, state.Entries))
            return cached.Tokens;
        var index = state.IndexOfPrefix(TokenRecord.Prefix);
        var tokens = cached.Index == index ? cached.Tokens : Read(state);
        _cached = new Cached(state.Entries, index, tokens);
        return tokens;
    }

    private static TokenSet Read(StoreState state)
    {
        var entries = state.Entries.Under(TokenRecord.Prefix).ToList();
        return entries.Count == 0 ? TokenSet.Empty : new TokenSet(entries.Select(TokenRecord.Decode).OfType<TokenRecord>(), anyRecord: true);
    }

    private sealed record Cached(SortedTree<StoreEntry> Entries, ulong Index, TokenSet Tokens);
}
