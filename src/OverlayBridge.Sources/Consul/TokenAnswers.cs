using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OverlayBridge.Sources.Consul;

/// <summary>A token as a control node shows it (<c>/v1/overlaybridge/tokens</c>).</summary>
/// <param name="Secret">Only in the answer to its making.</param>
public sealed record TokenAnswer(
    [property: JsonRequired, JsonPropertyName("ID")] string Id,
    [property: JsonRequired] string Name,
    [property: JsonRequired] string Role,
    string? Secret,
    [property: JsonRequired] ImmutableArray<TokenRuleAnswer> Rules,
    string Sessions,
    string Agent,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Role} {Name} ({Id})";
}

/// <summary>A token's right to the keys with a prefix, or to one key.</summary>
public sealed record TokenRuleAnswer([property: JsonRequired] string Prefix, [property: JsonRequired] string Right, bool Exact);

/// <summary>What a new token is to be; null where nothing is said.</summary>
/// <param name="Ttl">As <c>720h</c>.</param>
/// <param name="Secret">One that its holder has already.</param>
/// <param name="Anonymous">The rights of those who show no token.</param>
public sealed record TokenRequest(string Name, string Role, string? Host, string? Prefix, string? Ttl, string? Secret, bool Anonymous)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Role} {Name}";
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ImmutableArray<TokenAnswer>))]
internal sealed partial class TokenAnswersJson : JsonSerializerContext;
