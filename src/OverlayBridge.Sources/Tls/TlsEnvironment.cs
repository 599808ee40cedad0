namespace OverlayBridge.Sources.Tls;

/// <summary>TLS as users of the <c>consul</c> and <c>etcdctl</c> commands have it set.</summary>
internal static class TlsEnvironment
{
    /// <param name="wanted">The servers were named with https://.</param>
    /// <param name="given">From the command line; null when it says nothing.</param>
    /// <returns>Null for plain HTTP.</returns>
    /// <exception cref="SourceException">A variable has a value that it cannot have.</exception>
    public static TlsSettings? Of(StateScheme scheme, bool wanted, TlsSettings? given, Func<string, string?> environment) => scheme switch
    {
        // As with the consul command, its files alone do not turn TLS on: they are set for all servers of a site.
        StateScheme.Consul when wanted || given is not null || Flag("CONSUL_HTTP_SSL", false, environment) => Merge(given, new()
        {
            CaFile = Text("CONSUL_CACERT", environment), CertFile = Text("CONSUL_CLIENT_CERT", environment), KeyFile = Text("CONSUL_CLIENT_KEY", environment),
            ServerName = Text("CONSUL_TLS_SERVER_NAME", environment), Verify = Flag("CONSUL_HTTP_SSL_VERIFY", true, environment),
        }),
        StateScheme.Etcd when wanted || given is not null || EtcdFiles.Any(variable => Text(variable, environment) is not null) => Merge(given, new()
        {
            CaFile = Text("ETCDCTL_CACERT", environment) ?? Text("ETCDCTL_CA_FILE", environment), CertFile = Text("ETCDCTL_CERT", environment) ?? Text("ETCDCTL_CERT_FILE", environment),
            KeyFile = Text("ETCDCTL_KEY", environment) ?? Text("ETCDCTL_KEY_FILE", environment), Verify = !Flag("ETCDCTL_INSECURE_SKIP_TLS_VERIFY", false, environment),
        }),
        StateScheme.Bridge when wanted || given is not null || Text(BridgeCa, environment) is not null || Text(BridgeCert, environment) is not null => Merge(given, new()
        {
            CaFile = Text(BridgeCa, environment), CertFile = Text(BridgeCert, environment), KeyFile = Text("OVERLAYBRIDGE_CLIENT_KEY", environment),
        }),
        _ => null,
    };

    private const string BridgeCa = "OVERLAYBRIDGE_CACERT";
    private const string BridgeCert = "OVERLAYBRIDGE_CLIENT_CERT";

    // The names of both generations of etcdctl.
    private static readonly string[] EtcdFiles = ["ETCDCTL_CACERT", "ETCDCTL_CA_FILE", "ETCDCTL_CERT", "ETCDCTL_CERT_FILE"];

    private static TlsSettings Merge(TlsSettings? given, TlsSettings environment) => environment with
    {
        CaFile = given?.CaFile ?? environment.CaFile,
        CertFile = given?.CertFile ?? environment.CertFile,
        KeyFile = given?.KeyFile ?? environment.KeyFile,
        ServerName = given?.ServerName ?? environment.ServerName,
        Verify = environment.Verify && given?.Verify != false,
    };

    private static string? Text(string variable, Func<string, string?> environment) => environment(variable) is { Length: > 0 } text ? text : null;

    private static bool Flag(string variable, bool otherwise, Func<string, string?> environment) => environment(variable) switch
    {
        null or "" => otherwise,
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        _ => throw new SourceException($"{variable} is neither true nor false.", "It holds something else.", $"Set {variable} to true or false."),
    };
}
