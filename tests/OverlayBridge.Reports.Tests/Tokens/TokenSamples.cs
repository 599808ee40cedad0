using OverlayBridge.Reports.Tokens;

namespace OverlayBridge.Reports.Tests.Tokens;

/// <summary>Tokens to look at.</summary>
internal static class TokenSamples
{
    private static readonly DateTimeOffset Made = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public static TokensReport None { get; } = new(new(TokensDocument.CurrentFormatVersion, "bridge://127.0.0.1:8500", []));

    public static TokensReport List(string name) => new(new(
        TokensDocument.CurrentFormatVersion, "bridge://10.0.0.5:8500",
        [
            Token("066e140c7348", name, "operator", null, new TokenRule("", "write", false), new("overlaybridge/v1/tokens/", "none", false)),
            Engine(name),
            Token("anonymous", "engines without a token", "engine", null, new TokenRule("prod/docker/", "write", false)) with { Sessions = "write" },
            Token(
                "d76232a82251", "web-1", "agent", Made.AddDays(30), new TokenRule("", "read", false), new("overlaybridge/v1/hosts/web-1", "write", true),
                new("overlaybridge/v1/hosts/web-1/", "write", false)),
            Token("0c1f7a90b3de", "monitor", "reader", Made.AddDays(-1), new TokenRule("", "read", false)) with { Expired = true },
        ]));

    public static TokenReport Created(string name) => new(new(TokenDocument.CurrentFormatVersion, "bridge://10.0.0.5:8500", TokenDocument.Created, Engine(name), "5ec4e7"));

    public static TokenReport Revoked(string name) => new(new(TokenDocument.CurrentFormatVersion, "bridge://10.0.0.5:8500", TokenDocument.Revoked, Engine(name), null));

    private static TokenEntry Engine(string name) => Token("ce61c2c7b006", name, "engine", null, new TokenRule("docker/", "write", false)) with { Sessions = "write" };

    private static TokenEntry Token(string id, string name, string role, DateTimeOffset? end, params TokenRule[] rules) =>
        new(id, name, role, [.. rules], "read", "read", Made, end, Expired: false);
}
