using System.CommandLine;
using OverlayBridge.Access;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Tls;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>The options that say whom this process lets in and how it proves itself, the same for both roles; read once.</summary>
public sealed class ServeAccess
{
    private const string TokenFileName = "--token-file";
    private const string CertName = "--tls-cert";
    private const string KeyName = "--tls-key";
    private const string CaName = "--tls-ca";
    private const string RequireName = "--tls-require-client-cert";

    private const int MaxTokenFileBytes = 4096;
    private const UnixFileMode NotOwner =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string? _authorities;

    private ServeAccess(string? secret, (string Cert, string Key, string Ca)? own, string? authorities, bool requires) =>
        (Secret, Certificate, _authorities, RequiresClientCertificates) = (secret, own, authorities, requires);

    public static IReadOnlyList<Option> Options =>
    [
        File(TokenFileName, "File (0600) with a secret. Control: an operator's, the same on all control nodes, for them and for emergencies; nobody is let in without a token then. Agent: its token"),
        File(CertName, "Certificate of this process, PEM, with those between it and its authority behind it: HTTPS, and TLS between the control nodes"),
        File(KeyName, "Its private key, PEM"),
        File(CaName, "The authorities that sign the certificates of control nodes and clients, PEM"),
        new Option<bool>(RequireName) { Description = "Refuse HTTPS clients without a certificate (control)" },
    ];

    /// <summary>What stands in the token file; null without one.</summary>
    public string? Secret { get; }

    /// <summary>The files of this process's own certificate, of its key and of the authorities it trusts; null without one.</summary>
    public (string Cert, string Key, string Ca)? Certificate { get; }

    /// <summary>The control role serves HTTPS.</summary>
    public bool IsTls => Certificate is not null;

    /// <summary>HTTPS clients without a certificate are refused.</summary>
    public bool RequiresClientCertificates { get; }

    /// <exception cref="OperatorException">An option lacks its fellows, or the token file cannot be used.</exception>
    public static ServeAccess Read(ParseResult parse, IReadOnlySet<string> roles)
    {
        var (cert, key, ca) = (parse.GetValue<string?>(CertName), parse.GetValue<string?>(KeyName), parse.GetValue<string?>(CaName));
        if (cert is null != key is null)
            throw Incomplete($"{(cert is null ? CertName : KeyName)} is missing.", "A certificate needs its key, and a key its certificate.");
        if (cert is not null && ca is null)
            throw Incomplete($"{CaName} is missing.", "Control nodes and agents must know whose certificates to trust.");
        if (ca is not null && cert is null && roles.Contains(ServeOptions.Control))
            throw Incomplete($"{CertName} and {KeyName} are missing.", "A control node that speaks TLS needs a certificate.");
        var requires = parse.GetValue<bool>(RequireName);
        if (requires && cert is null)
            throw Incomplete($"{RequireName} needs {CertName}.", "Without TLS there are no certificates to ask for.");
        var secret = parse.GetValue<string?>(TokenFileName) is { } file ? ReadSecret(file) : null;
        return new ServeAccess(secret, cert is null ? null : (cert, key!, ca!), ca, requires);
    }

    /// <summary>For an agent that works with control nodes.</summary>
    public SourceOptions ForAgent(string host) => new()
    {
        Program = $"{ProgramVersion.Product} (agent {host})",
        Token = Secret,
        BridgeTls = _authorities is null ? null : new TlsSettings { CaFile = _authorities, CertFile = Certificate?.Cert, KeyFile = Certificate?.Key },
    };

    private static string ReadSecret(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(path) & NotOwner) != 0)
                throw new OperatorException(
                    $"{path} is open to other users of this host.", "Whoever reads it can do everything with the cluster.", $"chmod 0600 {path}");
            var text = new FileInfo(path).Length <= MaxTokenFileBytes ? System.IO.File.ReadAllText(path).Trim() : "";
            return TokenForm.IsFit(text)
                ? text
                : throw new OperatorException(
                    $"{path} holds no secret that can be used.", $"It must be one line of {TokenForm.MinLength} to {TokenForm.MaxLength} printable characters without spaces.",
                    $"Make one, for example: (umask 077; openssl rand -hex 32 > {path})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"{path} with the secret cannot be read.", e.Message, $"Give a file of this user with {TokenFileName}, for example made by: (umask 077; openssl rand -hex 32 > {path})", inner: e);
        }
    }

    private static OperatorException Incomplete(string what, string why) => new(what, why, $"Give {CertName}, {KeyName} and {CaName} together.");

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
