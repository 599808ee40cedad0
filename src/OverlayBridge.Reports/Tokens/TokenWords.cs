using System.Globalization;

namespace OverlayBridge.Reports.Tokens;

/// <summary>Tokens in words.</summary>
internal static class TokenWords
{
    private const string Hosts = "overlaybridge/v1/hosts/";

    /// <summary>What the holder may do, in short.</summary>
    public static string May(TokenEntry token) => token.Role switch
    {
        "operator" => "everything",
        "agent" when Host(token) is { } host => $"read all, write host {host}",
        "reader" => "read all",
        _ => string.Join(", ", token.Rules.Where(static rule => rule.Right != "none").Select(static rule => $"{rule.Right} {(rule.Prefix.Length == 0 ? "all" : rule.Prefix)}"))
            + (token.Sessions == "write" ? ", sessions" : ""),
    };

    public static string Expires(TokenEntry token) =>
        token.Expired ? "expired" : token.ExpiresAt is { } end ? end.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "never";

    private static string? Host(TokenEntry token) =>
        token.Rules.FirstOrDefault(static rule => rule.Exact && rule.Prefix.StartsWith(Hosts, StringComparison.Ordinal))?.Prefix[Hosts.Length..];
}
