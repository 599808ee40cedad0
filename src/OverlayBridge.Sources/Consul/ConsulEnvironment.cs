using System.Collections.Immutable;

namespace OverlayBridge.Sources.Consul;

/// <summary>Where the <c>consul</c> command would look for its server: taken where the STATE itself says nothing.</summary>
internal static class ConsulEnvironment
{
    public const string AddressVariable = "CONSUL_HTTP_ADDR";

    /// <summary><c>CONSUL_HTTP_ADDR</c>, or Consul's own default; and whether it asks for TLS.</summary>
    public static (ImmutableArray<ServerAddress> Servers, bool Tls) Servers(Func<string, string?> environment)
    {
        var text = environment(AddressVariable);
        return string.IsNullOrEmpty(text)
            ? ([new("127.0.0.1", ServerAddress.DefaultPort)], false)
            : EndpointList.Parse(AddressVariable, text, ServerAddress.DefaultPort, maxServers: 1);
    }
}
