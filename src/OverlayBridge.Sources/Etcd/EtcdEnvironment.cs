using System.Collections.Immutable;

namespace OverlayBridge.Sources.Etcd;

/// <summary>Where the <c>etcdctl</c> command would look for its servers: taken where the STATE itself says nothing.</summary>
internal static class EtcdEnvironment
{
    public const string AddressVariable = "ETCDCTL_ENDPOINTS";
    private const int MaxServers = 64;

    /// <summary><c>ETCDCTL_ENDPOINTS</c>, or etcd's own default; and whether it asks for TLS.</summary>
    public static (ImmutableArray<ServerAddress> Servers, bool Tls) Servers(Func<string, string?> environment)
    {
        var text = environment(AddressVariable);
        return string.IsNullOrEmpty(text)
            ? ([new("127.0.0.1", ServerAddress.EtcdPort)], false)
            : EndpointList.Parse(AddressVariable, text, ServerAddress.EtcdPort, MaxServers);
    }
}
