using System.Security.Cryptography;
using System.Text;

namespace OverlayBridge.Gateway.Access;

/// <summary>Secrets of tokens and their hashes.</summary>
public static class TokenSecret
{
    private const int RandomBytes = 32;

    /// <summary>A new one: 256 random bits in lower-case hexadecimal.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true);

    /// <summary>SHA-256: what is random needs no salt and no slow hash.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static string HashText(string secret) => Convert.ToHexStringLower(Hash(secret));
}
