using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OverlayBridge.LabTests.Sources;

/// <summary>A private authority with certificates of one test, as PEM files in a folder.</summary>
internal sealed class Certificates
{
    private readonly string folder;

    private Certificates(string folder) => this.folder = folder;

    public string Ca => $"{folder}/ca.pem";

    /// <summary>Of another authority that signed nothing here.</summary>
    public string OtherCa => $"{folder}/other.pem";

    public string ServerCert => $"{folder}/server.pem";

    public string ServerKey => $"{folder}/server.key";

    /// <summary>For a control node: good for servers and clients.</summary>
    public string NodeCert => $"{folder}/node.pem";

    public string NodeKey => $"{folder}/node.key";

    public string ClientCert => $"{folder}/client.pem";

    public string ClientKey => $"{folder}/client.key";

    /// <param name="server">The one address that the server's certificate bears.</param>
    public static Certificates Create(string folder, IPAddress server)
    {
        Directory.CreateDirectory(folder);
        var made = new Certificates(folder);
        using var authority = Authority("lab CA");
        using var other = Authority("other CA");
        File.WriteAllText(made.Ca, authority.ExportCertificatePem());
        File.WriteAllText(made.OtherCa, other.ExportCertificatePem());
        made.Issue(authority, "server", server, "1.3.6.1.5.5.7.3.1");
        made.Issue(authority, "client", null, "1.3.6.1.5.5.7.3.2");
        made.Issue(authority, "node", server, "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        return made;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private void Issue(X509Certificate2 authority, string name, IPAddress? address, params string[] purposes)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(static purpose => new Oid(purpose))], false));
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText($"{folder}/{name}.pem", issued.ExportCertificatePem());
        File.WriteAllText($"{folder}/{name}.key", key.ExportPkcs8PrivateKeyPem());
        OwnerOnly($"{folder}/{name}.key");
    }

    /// <summary>As a file with a secret must be.</summary>
    public static void OwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
