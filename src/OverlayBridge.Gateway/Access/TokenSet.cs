using System.Collections.Immutable;
using System.Security.Cryptography;

namespace OverlayBridge.Gateway.Access;

/// <summary>All tokens at one moment.</summary>
internal sealed class TokenSet
{
    private readonly ImmutableDictionary<string, Known> _byHash;
    private readonly Known? _anonymous;

    /// <param name="records">Those that can be read.</param>
    /// <param name="anyRecord">There are records, readable or not: one that this program does not understand opens nothing.</param>
    public TokenSet(IEnumerable<TokenRecord> records, bool anyRecord)
    {
        Any = anyRecord;
        var all = records.Select(static record => new Known(record, Permissions.Of(record))).ToList();
        _anonymous = all.Find(static known => known.Record.Id == TokenRecord.Anonymous);
        // A later record of one hash wins, should two ever have the same.
        var byHash = ImmutableDictionary.CreateBuilder<string, Known>(StringComparer.Ordinal);
        foreach (var known in all.Where(static known => known.Record.Hash.Length > 0))
            byHash[known.Record.Hash] = known;
        _byHash = byHash.ToImmutable();
    }

    public static TokenSet Empty { get; } = new([], anyRecord: false);

    /// <summary>Whether a token is needed at all.</summary>
    public bool Any { get; }

    /// <summary>The token of a secret, null when there is none that is valid now.</summary>
    /// <remarks>It is looked up by a hash that nobody can choose the beginning of, and then compared in constant time.</remarks>
    public Known? Find(ReadOnlySpan<byte> hash, DateTimeOffset now) =>
        _byHash.TryGetValue(Convert.ToHexStringLower(hash), out var known) &&
        CryptographicOperations.FixedTimeEquals(Convert.FromHexString(known.Record.Hash), hash) && !known.Record.IsExpired(now) ? known : null;

    /// <summary>What those may do who show no token; null for nothing.</summary>
    public Known? Anonymous(DateTimeOffset now) => _anonymous is { } known && !known.Record.IsExpired(now) ? known : null;

    /// <param name="Permissions">Of the record, made once.</param>
    internal sealed record Known(TokenRecord Record, Permissions Permissions);
}
