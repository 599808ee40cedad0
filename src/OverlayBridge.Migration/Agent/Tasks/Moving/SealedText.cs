using System.Security.Cryptography;
using System.Text;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>
/// Seals a text of any length for one reader: AES-256-GCM with a key of its own, which is sealed by RSA-OAEP with SHA-256. As with join tokens, whoever may read
/// the store, its history and its snapshots sees nothing of it.
/// </summary>
internal static class SealedText
{
    /// <summary>Of the reader's key in bits: environments of containers hold passwords that live for years.</summary>
    private const int RsaBits = 3072;

    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private static readonly RSAEncryptionPadding Padding = RSAEncryptionPadding.OaepSHA256;

    /// <summary>A reader's key.</summary>
    public static SealingKey NewKey()
    {
        using var key = RSA.Create(RsaBits);
        return new SealingKey(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), key.ExportPkcs8PrivateKey());
    }

    /// <returns>Base64 of the sealed key, the nonce, the tag and the ciphertext.</returns>
    /// <exception cref="StepException"><paramref name="publicKey"/> is no such key.</exception>
    public static string Seal(string text, string publicKey)
    {
        var (key, nonce, tag) = (RandomNumberGenerator.GetBytes(KeyLength), RandomNumberGenerator.GetBytes(NonceLength), new byte[TagLength]);
        var plain = Encoding.UTF8.GetBytes(text);
        var cipher = new byte[plain.Length];
        try
        {
            using var reader = RSA.Create();
            reader.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            if (reader.KeySize < RsaBits)
                throw new CryptographicException($"{reader.KeySize} bits are too few");
            using var aes = new AesGcm(key, TagLength);
            aes.Encrypt(nonce, plain, cipher, tag);
            return Convert.ToBase64String([.. reader.Encrypt(key, Padding), .. nonce, .. tag, .. cipher]);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new StepException($"The other agent's public key is none that something can be sealed with: {e.Message}", "See that both agents are of the same version.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <returns>Null: it was not sealed with this key, as after a restart of the agent that has it.</returns>
    public static string? TryOpen(string sealedText, SealingKey reader)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(reader.PrivatePart, out _);
            var all = Convert.FromBase64String(sealedText);
            var at = key.KeySize / 8;
            if (all.Length < at + NonceLength + TagLength)
                return null;
            var plain = new byte[all.Length - at - NonceLength - TagLength];
            using var aes = new AesGcm(key.Decrypt(all.AsSpan(0, at), Padding), TagLength);
            aes.Decrypt(all.AsSpan(at, NonceLength), all.AsSpan(at + NonceLength + TagLength), all.AsSpan(at + NonceLength, TagLength), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

/// <param name="PublicPart">SubjectPublicKeyInfo in base64: may be shown to everybody.</param>
/// <param name="PrivatePart">PKCS #8; never leaves the memory of the agent that made it.</param>
internal sealed record SealingKey(string PublicPart, byte[] PrivatePart)
{
    public override string ToString() => "a key for sealed texts";
}
