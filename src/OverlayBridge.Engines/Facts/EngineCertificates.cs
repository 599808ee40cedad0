using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OverlayBridge.Engines.Facts;

/// <summary>The three files that docker keeps for TLS to an engine, as what the base library takes.</summary>
internal static class EngineCertificates
{
    /// <exception cref="EngineException">A file is missing or is no PEM.</exception>
    public static SslClientAuthenticationOptions Read(string folder, string host)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy };
            string certificate = Path.Combine(folder, "cert.pem"), key = Path.Combine(folder, "key.pem");
            if (File.Exists(certificate))
                options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
            return options;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new EngineException(
                $"The certificates in {folder} cannot be used.", error.Message,
                "The folder must hold ca.pem, and cert.pem with key.pem if the engine asks for a client certificate, all as PEM.", inner: error);
        }
    }
}
