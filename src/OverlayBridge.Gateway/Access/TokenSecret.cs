using System.Security.Cryptography;
using System.Text;

namespace OverlayBridge.Gateway.Access;

/// <summary>Secrets of tokens and their hashes.</summary>
public static class TokenSecret
{
    /// <summary>Shorter ones could be found by trying; Consul's have 36 characters.</summary>
    public const int MinLength = 20;

    public const int MaxLength = 200;

    private const int RandomBytes = 32;

    /// <summary>A new one: 256 random bits in lower-case hexadecimal.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true);

    /// <summary>Whether a text may be a secret: it must fit into a header and be no guess.</summary>
    public static bool IsFit(string text) => text.Length is >= MinLength and <= MaxLength && text.All(static c => c is > ' ' and < '\u007f');

    /// <summary>SHA-256: what is random needs no salt and no slow hash.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static string HashText(string secret) => Convert.ToHexStringLower(Hash(secret));
}
