using System.Security.Cryptography;
using System.Text;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>
/// Seals a join token for one reader: the store, its history, its snapshots and everybody who may read them see nothing of it. The private key never
/// leaves the memory of the agent that asks.
/// </summary>
internal static class SealedToken
{
    /// <summary>Of the key in bits: it lives for seconds, and what it seals is worth something until the swarm's token is rotated.</summary>
    private const int KeySize = 3072;

    private static readonly RSAEncryptionPadding Padding = RSAEncryptionPadding.OaepSHA256;

    public static RSA NewKey() => RSA.Create(KeySize);

    /// <summary>SubjectPublicKeyInfo in base64.</summary>
    public static string PublicPart(RSA key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <exception cref="StepException"><paramref name="publicKey"/> is no such key.</exception>
    public static string Seal(string token, string publicKey)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            if (key.KeySize < KeySize)
                throw new CryptographicException($"{key.KeySize} bits are too few");
            return Convert.ToBase64String(key.Encrypt(Encoding.UTF8.GetBytes(token), Padding));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new StepException($"The public key in the request is none that a token can be sealed with: {e.Message}", "See that both agents are of the same version.", e);
        }
    }

    /// <exception cref="StepException">It was not sealed with this key.</exception>
    public static string Open(string sealedToken, RSA key)
    {
        try
        {
            return Encoding.UTF8.GetString(key.Decrypt(Convert.FromBase64String(sealedToken), Padding));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new StepException($"The join token in the answer cannot be opened: {e.Message}", "Repeat the step; see that the agent beside the manager is the one you started.", e);
        }
    }
}
