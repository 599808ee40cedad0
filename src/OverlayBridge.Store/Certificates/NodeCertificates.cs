using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OverlayBridge.Store.Certificates;

/// <summary>
/// What a node proves itself with, to clients and to the other nodes, and whom it trusts itself: one certificate, its key, and one set of
/// authorities, each a PEM file. They are read once: after a change the node is started again.
/// </summary>
public sealed class NodeCertificates
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private const long MaxFileBytes = 4 << 20;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly SslStreamCertificateContext _own;
    private readonly X509Certificate2Collection _authorities;

    private NodeCertificates(SslStreamCertificateContext own, X509Certificate2Collection authorities) => (_own, _authorities) = (own, authorities);

    /// <summary>Reads the files and looks whether other nodes would accept what is in them: better now than at the first election.</summary>
    /// <param name="addresses">Where this node is reached: the certificate must name each.</param>
    /// <exception cref="StoreStartException">A file cannot be used, or the certificate not for this node; no message quotes a key.</exception>
    public static NodeCertificates Load(string certFile, string keyFile, string caFile, IEnumerable<IPAddress> addresses, DateTimeOffset now)
    {
        var authorities = ReadAuthorities(caFile);
        var (chain, own) = ReadOwn(certFile, keyFile);
        var certificates = new NodeCertificates(SslStreamCertificateContext.Create(own, chain, offline: true), authorities);
        certificates.CheckOwn(certFile, caFile, own, chain, addresses, now);
        return certificates;
    }

    /// <summary>For the side that is dialled by clients.</summary>
    /// <param name="required">Refuse who shows no certificate; else only who shows one of another authority.</param>
    public SslServerAuthenticationOptions ForClients(bool required) => new()
    {
        ServerCertificateContext = _own,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(ClientUsage),
        RemoteCertificateValidationCallback = (_, _, _, errors) =>
            errors == SslPolicyErrors.None || !required && errors == SslPolicyErrors.RemoteCertificateNotAvailable,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    /// <summary>For the side that dials another node's HTTP; the host is the caller's to set.</summary>
    public SslClientAuthenticationOptions ToNodes() => new()
    {
        ClientCertificateContext = _own,
        CertificateChainPolicy = Policy(ServerUsage),
    };

    /// <summary>
    /// For Raft, where both sides are nodes: a certificate that is good for clients only, as engines and operators may have of the same
    /// authority, does not do.
    /// </summary>
    internal SslServerAuthenticationOptions ForNodes() => new()
    {
        ServerCertificateContext = _own,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(ServerUsage, ClientUsage),
        RemoteCertificateValidationCallback = static (_, _, _, errors) => errors == SslPolicyErrors.None,
    };

    internal SslClientAuthenticationOptions ToNode(EndPoint node) => new()
    {
        ClientCertificateContext = _own,
        CertificateChainPolicy = Policy(ServerUsage, ClientUsage),
        TargetHost = node switch
        {
            IPEndPoint ip => $"{ip.Address}",
            DnsEndPoint dns => dns.Host,
            _ => throw new ArgumentException($"{node} names no host.", nameof(node)),
        },
    };

    private X509ChainPolicy Policy(params ReadOnlySpan<string> usages)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // Nothing is fetched from where a certificate says.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        foreach (var usage in usages)
            policy.ApplicationPolicy.Add(new Oid(usage));
        return policy;
    }

    private void CheckOwn(
        string certFile, string caFile, X509Certificate2 own, X509Certificate2Collection between, IEnumerable<IPAddress> addresses, DateTimeOffset now)
    {
        var policy = Policy(ServerUsage, ClientUsage);
        policy.ExtraStore.AddRange(between);
        policy.VerificationTime = now.LocalDateTime;
        using var chain = new X509Chain { ChainPolicy = policy };
        if (!chain.Build(own))
            throw new StoreStartException(
                $"The certificate {certFile} would not be accepted by the other nodes.",
                string.Join(" ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim())),
                $"It must be valid now, signed by an authority in {caFile}, and good for servers and clients (extended key usage serverAuth, clientAuth).");
        if (addresses.Distinct().Where(address => !own.MatchesHostname($"{address}")).ToList() is { Count: > 0 } missing)
            throw new StoreStartException(
                $"The certificate {certFile} is not for this node.",
                $"It does not name {string.Join(", ", missing)}, where this node is reached.",
                $"Have it made with these as subject alternative names: {string.Join(",", missing.Select(static address => $"IP:{address}"))}.");
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var found = new X509Certificate2Collection();
        var text = Read(path, "--tls-ca");
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw Wrong(path, "It holds a certificate that cannot be decoded.", "--tls-ca", e);
        }
        return found.Count > 0 ? found : throw Wrong(path, "It holds no certificate (BEGIN CERTIFICATE).", "--tls-ca", null);
    }

    private static (X509Certificate2Collection Chain, X509Certificate2 Own) ReadOwn(string certFile, string keyFile)
    {
        var (certificates, key) = (Read(certFile, "--tls-cert"), Read(keyFile, "--tls-key"));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyFile) & Others) != 0)
            throw Wrong(keyFile, "Every user of this host may read or change it.", "--tls-key", null);
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            using var fromPem = X509Certificate2.CreateFromPem(certificates, key);
            // A copy whose key outlives the original.
            return (chain, X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), null));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The inner error is kept away: its text could quote the key.
            throw Wrong($"{certFile}, {keyFile}", "They are no certificate and unencrypted key in PEM that belong together.", "--tls-cert and --tls-key", null);
        }
    }

    private static string Read(string path, string option)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw Wrong(path, $"It is larger than {MaxFileBytes} bytes.", option, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(path, e.Message, option, e);
        }
    }

    private static StoreStartException Wrong(string path, string why, string option, Exception? inner) => new(
        $"{path} cannot be used for TLS.", why, $"Give PEM files that this user may read with {option}; a key for this user (or its group) alone.", inner);
}
