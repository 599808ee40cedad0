using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// What a node tells the others about itself, a record under <c>overlaybridge/v1/members/</c>: by it they find its HTTP. The list of members
/// itself is Raft's; a record without a member is what a removed one left.
/// </summary>
/// <param name="RaftAddress"><c>IP:PORT</c>, the name of the member in Raft's list.</param>
/// <param name="HttpAddress"><c>IP:PORT</c> at which the other nodes and clients reach its HTTP.</param>
/// <param name="NodeName">What Consul's clients know it by.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Tls">Its HTTP is HTTPS.</param>
/// <param name="PlainAddress"><c>IP:PORT</c> at which clients that speak no TLS reach it beside that; null where there is none.</param>
public sealed record MemberRecord(
    [property: JsonRequired] int FormatVersion,
    [property: JsonRequired] string RaftAddress,
    [property: JsonRequired] string HttpAddress,
    [property: JsonRequired] string NodeName,
    string Version,
    bool Tls = false,
    string? PlainAddress = null)
{
    public const int CurrentFormatVersion = 1;

    /// <summary>All records.</summary>
    public static StoreKey Prefix => ReservedKeys.Members;

    /// <summary>The record's key: the Raft address with a hyphen for each colon, so that it is one plain segment of a key.</summary>
    [JsonIgnore]
    public StoreKey Key => KeyOf(RaftAddress);

    public static StoreKey KeyOf(string raftAddress) =>
        StoreKey.FromText($"{Prefix}{string.Concat(raftAddress.Select(static c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'))}");

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, MemberJson.Default.MemberRecord);

    /// <summary>Null for what is no record of a version that this program knows.</summary>
    public static MemberRecord? Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MemberJson.Default.MemberRecord) is { FormatVersion: CurrentFormatVersion } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static MemberRecord? Decode(StoreEntry entry) => Decode(entry.Value.AsSpan());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemberRecord))]
internal sealed partial class MemberJson : JsonSerializerContext;
