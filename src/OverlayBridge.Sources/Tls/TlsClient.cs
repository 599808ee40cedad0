using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OverlayBridge.Sources.Tls;

/// <summary>Settings made into what the base library's TLS client takes. Its own checks of chain and host name stay in force.</summary>
internal static class TlsClient
{
    private const long MaxFileBytes = 4 << 20;

    /// <exception cref="SourceException">A file cannot be read or is no PEM; what stands in it is in no message.</exception>
    public static SslClientAuthenticationOptions Create(TlsSettings settings)
    {
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.None,
        };
        if (!settings.Verify)
            options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        else if (settings.CaFile is { } authorities)
            options.CertificateChainPolicy = PolicyOf(ReadAuthorities(authorities));
        if (settings.CertFile is not null || settings.KeyFile is not null)
            options.ClientCertificateContext = ReadClient(settings);
        return options;
    }

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // Nothing is fetched from where a certificate says.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var found = new X509Certificate2Collection();
        var text = Read("CA file", path);
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException error)
        {
            throw Wrong("CA file", path, "It holds a certificate that cannot be decoded.", error);
        }
        return found.Count > 0 ? found : throw Wrong("CA file", path, "It holds no certificate (BEGIN CERTIFICATE).", null);
    }

    private static SslStreamCertificateContext ReadClient(TlsSettings settings)
    {
        if (settings.CertFile is not { } certFile || settings.KeyFile is not { } keyFile)
            throw new SourceException(
                "A client certificate needs its key, and a key its certificate.",
                $"Only the {(settings.CertFile is null ? "key" : "certificate")} file is given.",
                "Give both: --cert-file and --key-file, or CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY, ETCDCTL_CERT and ETCDCTL_KEY.");
        var (certificates, key) = (Read("certificate file", certFile), Read("key file", keyFile));
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            using var fromPem = X509Certificate2.CreateFromPem(certificates, key);
            return SslStreamCertificateContext.Create(Durable(fromPem), chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            // The inner error's text is kept away: it could quote the key.
            throw Wrong("client certificate", $"{certFile}, {keyFile}", "They are no certificate and unencrypted key in PEM that belong together.", null);
        }
    }

    /// <summary>A copy whose key outlives the original.</summary>
    private static X509Certificate2 Durable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    private static string Read(string what, string path)
    {
        try
        {
            var size = new FileInfo(path).Length;
            return size <= MaxFileBytes ? File.ReadAllText(path) : throw Wrong(what, path, $"It is larger than {MaxFileBytes} bytes.", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(what, path, error.Message, error);
        }
    }

    private static SourceException Wrong(string what, string path, string why, Exception? inner) =>
        new($"The {what} {path} cannot be used.", why, "Give a PEM file that this user may read.", inner);
}
