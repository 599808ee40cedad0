using System.Collections.Immutable;

namespace OverlayBridge.Sources.Consul;

/// <summary>The variables that users of the <c>consul</c> command have set: taken where the STATE itself says nothing.</summary>
internal static class ConsulEnvironment
{
    private const string AddressVariable = "CONSUL_HTTP_ADDR";
    private const string Remedy = $"Set {AddressVariable} to HOST:8500 or http://HOST:8500, or name the host in the STATE: consul://HOST:8500.";

    /// <summary><c>CONSUL_HTTP_ADDR</c>, or Consul's own default.</summary>
    public static ImmutableArray<ServerAddress> Servers(Func<string, string?> environment)
    {
        var text = environment(AddressVariable);
        if (string.IsNullOrEmpty(text))
            return [new("127.0.0.1", ServerAddress.DefaultPort)];
        var host = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? text["http://".Length..].TrimEnd('/') : text;
        if (host.Contains("://", StringComparison.Ordinal))
            throw Wrong($"'{host[..host.IndexOf("://", StringComparison.Ordinal)]}' is not supported yet; TLS comes with version 0.2");
        if (host.Contains('@'))
            throw Wrong("a user name or password ('@') means nothing here");
        return ServerAddress.TryParse(host, out var server) is { } problem ? throw Wrong(problem) : [server];
    }

    /// <summary>The token for this kind of store: the one given, else the environment's. Consul's is never sent to a bridge.</summary>
    public static string? Token(StateScheme scheme, string? given, Func<string, string?> environment)
    {
        var variable = scheme == StateScheme.Consul ? "CONSUL_HTTP_TOKEN" : "OVERLAYBRIDGE_TOKEN";
        var token = given ?? environment(variable);
        if (string.IsNullOrEmpty(token))
            return null;
        // The token itself is in no message.
        return token.All(static c => c is > ' ' and < '\u007f')
            ? token
            : throw new SourceException(
                $"{(given is null ? variable : "The token")} is no token.",
                "It holds spaces or characters that cannot stand in an HTTP header.",
                "Give the token alone, without quotes or line ends.");
    }

    private static SourceException Wrong(string cause) => new($"{AddressVariable} names no server.", $"{char.ToUpperInvariant(cause[0])}{cause[1..]}.", Remedy);
}
