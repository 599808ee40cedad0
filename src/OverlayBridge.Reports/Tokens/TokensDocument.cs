using System.Collections.Immutable;

namespace OverlayBridge.Reports.Tokens;

/// <summary>All tokens, without their secrets: <c>token list</c>. Its JSON is a contract: docs/schemas/tokens.schema.json.</summary>
/// <param name="Source">The control nodes that were asked.</param>
public sealed record TokensDocument(int FormatVersion, string Source, ImmutableArray<TokenEntry> Tokens)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>A token that was made or revoked: <c>token create</c>, <c>token revoke</c>. Its JSON is a contract: docs/schemas/token.schema.json.</summary>
/// <param name="Source">The control nodes that were asked.</param>
/// <param name="State"><c>created</c> or <c>revoked</c>.</param>
/// <param name="Secret">Of a token just made, here and nowhere else; null when it was written to a file, or its holder has it already.</param>
public sealed record TokenDocument(int FormatVersion, string Source, string State, TokenEntry Token, string? Secret)
{
    public const int CurrentFormatVersion = 1;

    public const string Created = "created";
    public const string Revoked = "revoked";
}

/// <summary>A token and what its holder may do.</summary>
/// <param name="Id"><c>anonymous</c> for the rights of those who show no token.</param>
/// <param name="Role"><c>operator</c>, <c>engine</c>, <c>agent</c> or <c>reader</c>.</param>
/// <param name="Rules">Rights to keys; the longest prefix counts.</param>
/// <param name="Sessions">Right to sessions: <c>none</c>, <c>read</c> or <c>write</c>.</param>
/// <param name="Agent">Right to what nodes tell of themselves and of the cluster.</param>
/// <param name="ExpiresAt">Null for never.</param>
/// <param name="Expired">It is not known any more.</param>
public sealed record TokenEntry(
    string Id, string Name, string Role, ImmutableArray<TokenRule> Rules, string Sessions, string Agent, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool Expired);

/// <summary>A right to some keys.</summary>
/// <param name="Prefix">Keys that begin with it; empty for all.</param>
/// <param name="Right"><c>none</c>, <c>read</c> or <c>write</c>.</param>
/// <param name="Exact">The key of just this name.</param>
public sealed record TokenRule(string Prefix, string Right, bool Exact);
