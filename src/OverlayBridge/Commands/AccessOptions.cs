using System.CommandLine;
using OverlayBridge.Sources;

namespace OverlayBridge.Commands;

/// <summary>The options that say how a STATE is reached: TLS and the file with its secret. Secrets themselves are never typed.</summary>
internal sealed class AccessOptions
{
    /// <summary>Present on a command that may read other stores than bridge://.</summary>
    public const string TlsName = "--tls";

    private const string CaName = "--ca-file", CertName = "--cert-file", KeyName = "--key-file", SecretName = "--secret-file";

    private readonly Command _command;

    private AccessOptions(Command command) => _command = command;

    /// <summary>Adds the options to a command, once.</summary>
    public static AccessOptions AddTo(Command command)
    {
        if (command.Options.All(static option => option.Name != TlsName))
        {
            command.Add(new Option<bool>(TlsName) { Description = "Speak TLS to consul:// and etcd:// (also: CONSUL_HTTP_SSL, https:// in CONSUL_HTTP_ADDR and ETCDCTL_ENDPOINTS)" });
            command.Add(File(CaName, "Trust the authorities in this PEM file alone; implies --tls (also: CONSUL_CACERT, ETCDCTL_CACERT)"));
            command.Add(File(CertName, "Client certificate, PEM; implies --tls (also: CONSUL_CLIENT_CERT, ETCDCTL_CERT)"));
            command.Add(File(KeyName, "Its private key, PEM; implies --tls (also: CONSUL_CLIENT_KEY, ETCDCTL_KEY)"));
            command.Add(File(SecretName, "File with Consul's token, or with USER:PASSWORD for etcd:// and zk:// (also: CONSUL_HTTP_TOKEN, ETCDCTL_USER, ZOOKEEPER_DIGEST)"));
        }
        return new(command);
    }

    /// <summary>The options as they were given.</summary>
    public SourceOptions Apply(ParseResult parse, SourceOptions options)
    {
        var (ca, cert, key) = (Value(parse, CaName), Value(parse, CertName), Value(parse, KeyName));
        var tls = ca is not null || cert is not null || key is not null || parse.GetValue<bool>(TlsName);
        return options with
        {
            SecretFile = Value(parse, SecretName),
            Tls = tls ? new() { CaFile = ca, CertFile = cert, KeyFile = key } : null,
        };
    }

    private string? Value(ParseResult parse, string name) => parse.GetValue((Option<string?>)_command.Options.Single(option => option.Name == name));

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
