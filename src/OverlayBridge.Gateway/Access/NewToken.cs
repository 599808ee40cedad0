using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Access;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store.Durations;

namespace OverlayBridge.Gateway.Access;

/// <summary>What is asked for by <c>PUT /v1/overlaybridge/tokens</c>.</summary>
/// <param name="Name">What to call it, for people.</param>
/// <param name="Role"><c>operator</c>, <c>engine</c>, <c>agent</c> or <c>reader</c>.</param>
/// <param name="Host">The host of an agent.</param>
/// <param name="Prefix">Where an engine's keys are; <c>docker/</c> when it is not given.</param>
/// <param name="Ttl">How long it is valid, as <c>720h</c>; for ever when it is not given.</param>
/// <param name="Secret">A secret that its holder has already; a random one is made when it is not given.</param>
/// <param name="Anonymous">No secret at all: the rights of those who show no token.</param>
internal sealed record NewToken(string? Name, string? Role, string? Host, string? Prefix, string? Ttl, string? Secret, bool Anonymous)
{
    public const int MaxBytes = 16 * 1024;

    private const int MaxNameLength = 253;
    private const int MaxPrefixLength = 1024;
    private const int IdBytes = 6;

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Role} {Name}";

    /// <exception cref="RefusedException">400: it is no such request.</exception>
    public static NewToken Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, NewTokenJson.Default.NewToken) ?? throw Wrong("the body is null");
        }
        catch (JsonException e)
        {
            // The message quotes names and positions, never values: the secret could be one.
            throw Wrong($"the body is not the expected JSON (at {e.Path ?? "the beginning"})");
        }
    }

    /// <summary>The record, and its secret; null for a token without one.</summary>
    /// <param name="random">A number that makes the id.</param>
    /// <exception cref="RefusedException">400: something is missing or does not fit.</exception>
    public (TokenRecord Record, string? Secret) Make(DateTimeOffset now, Func<int, byte[]> random)
    {
        var role = RoleNames.Parse(Role ?? "") ?? throw Wrong("Role must be operator, engine, agent or reader");
        var rights = Rights(role);
        if (Anonymous && (role is TokenRole.Operator or TokenRole.Agent || Secret is not null))
            throw Wrong("who shows no token can have the rights of an engine or of a reader, and there is no secret then");
        if (Secret is not null && !TokenForm.IsFit(Secret))
            throw Wrong($"Secret must have {TokenForm.MinLength} to {TokenForm.MaxLength} printable characters without spaces");
        var secret = Anonymous ? null : Secret ?? TokenSecret.Create();
        var record = new TokenRecord(
            TokenRecord.CurrentFormatVersion, Anonymous ? TokenRecord.Anonymous : Convert.ToHexStringLower(random(IdBytes)), CheckedName(), role,
            secret is null ? "" : TokenSecret.HashText(secret), rights.Rules, rights.Sessions, rights.Agent, now, now + Lifetime());
        return (record, secret);
    }

    private RoleRights Rights(TokenRole role)
    {
        if ((Host is not null) != (role == TokenRole.Agent))
            throw Wrong(role == TokenRole.Agent ? "an agent's token needs its Host, as 'serve --host-name' has it" : "Host belongs to agents' tokens alone");
        if (Prefix is not null && role != TokenRole.Engine)
            throw Wrong("Prefix belongs to engines' tokens alone");
        return role switch
        {
            TokenRole.Operator => RoleRights.Operator,
            TokenRole.Engine => RoleRights.Engine(CheckedPrefix()),
            TokenRole.Agent => RoleRights.AgentOf(CheckedHost()),
            _ => RoleRights.Reader,
        };
    }

    private string CheckedName() => Name is { Length: > 0 and <= MaxNameLength } && !Name.Any(char.IsControl)
        ? Name
        : throw Wrong($"Name must have 1 to {MaxNameLength} characters, none of them a control character");

    private string CheckedHost() => Host!.Length is > 0 and <= MaxNameLength && Host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && Host is not ("." or "..")
        ? Host
        : throw Wrong("Host must be the name of a host: letters, digits, '.', '-' and '_'");

    private string CheckedPrefix()
    {
        var prefix = Prefix ?? RoleRights.EnginePrefix;
        return prefix.Length is > 0 and <= MaxPrefixLength && prefix.EndsWith('/') && !prefix.StartsWith('/') && !prefix.StartsWith("overlaybridge/", StringComparison.Ordinal)
            ? prefix
            : throw Wrong("Prefix must be where the engines' keys are, with a slash at its end and none at its beginning, as docker/, and not the bridge's own");
    }

    private TimeSpan? Lifetime()
    {
        if (Ttl is null)
            return null;
        return GoDuration.TryParse(Ttl, out TimeSpan ttl) && ttl > TimeSpan.Zero
            ? ttl
            : throw Wrong("TTL must be a time as 720h or 30m");
    }

    private static RefusedException Wrong(string what) => new(400, $"No such token can be made: {what}");
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, MaxDepth = 4)]
[JsonSerializable(typeof(NewToken))]
internal sealed partial class NewTokenJson : JsonSerializerContext;
