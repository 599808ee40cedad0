using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Access;

/// <summary>
/// A token as it is kept, under <c>overlaybridge/v1/tokens/ID</c>. Its secret is nowhere: whoever shows it is known by its hash.
/// </summary>
/// <param name="Id">A plain segment of a key; <see cref="Anonymous"/> for the rights of those who show no token.</param>
/// <param name="Hash">SHA-256 of the secret, lower-case hexadecimal; empty for <see cref="Anonymous"/>, which has no secret.</param>
/// <param name="Rules">Computed from the role when the token was made.</param>
/// <param name="Sessions">Right to sessions.</param>
/// <param name="Agent">Right to what a node tells of itself and of the cluster.</param>
/// <param name="ExpiresAt">From then on it is not known any more, by the clock of the node that is asked; null for never.</param>
public sealed record TokenRecord(
    [property: JsonRequired] int FormatVersion,
    [property: JsonRequired] string Id,
    [property: JsonRequired] string Name,
    [property: JsonRequired] TokenRole Role,
    [property: JsonRequired] string Hash,
    [property: JsonRequired] ImmutableArray<AccessRule> Rules,
    [property: JsonRequired] AccessRight Sessions,
    [property: JsonRequired] AccessRight Agent,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt)
{
    public const int CurrentFormatVersion = 1;

    /// <summary>The id of the record with the rights of who shows no token.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>All records.</summary>
    public static StoreKey Prefix => ReservedKeys.Tokens;

    [JsonIgnore]
    public StoreKey Key => StoreKey.FromText($"{Prefix}{Id}");

    /// <summary>It can always be used to let others in: the last of these stays.</summary>
    [JsonIgnore]
    public bool IsLastingOperator => Role == TokenRole.Operator && ExpiresAt is null;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, TokenJson.Default.TokenRecord);

    /// <summary>Null for what is no record of a version that this program knows.</summary>
    public static TokenRecord? Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TokenJson.Default.TokenRecord) is { FormatVersion: CurrentFormatVersion, Rules.IsDefault: false } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static TokenRecord? Decode(StoreEntry entry) => Decode(entry.Value.AsSpan());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenRecord))]
internal sealed partial class TokenJson : JsonSerializerContext;
