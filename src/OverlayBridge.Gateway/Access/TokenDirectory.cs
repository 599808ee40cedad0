using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Access;

/// <summary>The tokens as this node has them, read anew only when one of them changed.</summary>
internal sealed class TokenDirectory(IKeyValueStore store)
{
    private volatile Cached _cached = new(0, TokenSet.Empty);

    /// <param name="consistency">Stale: what this node has, at once.</param>
    /// <exception cref="NoLeaderException">Not for a stale read: nobody can answer.</exception>
    public async ValueTask<TokenSet> ReadAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var reading = await store.ReadPrefixAsync(TokenRecord.Prefix, new ReadOptions(consistency), cancellationToken).ConfigureAwait(false);
        if (_cached is { } cached && cached.Index == reading.Index)
            return cached.Tokens;
        var entries = reading.Value.ToList();
        var tokens = entries.Count == 0 ? TokenSet.Empty : new TokenSet(entries.Select(TokenRecord.Decode).OfType<TokenRecord>(), anyRecord: true);
        _cached = new Cached(reading.Index, tokens);
        return tokens;
    }

    private sealed record Cached(ulong Index, TokenSet Tokens);
}
