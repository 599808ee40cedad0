using System.Collections.Immutable;
using System.Globalization;

namespace OverlayBridge.Sources;

/// <summary>Servers as an environment variable names them: <c>HOST:PORT</c>, <c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>, with commas between.</summary>
internal static class EndpointList
{
    private const string Http = "http://", Https = "https://";

    /// <exception cref="SourceException">The variable holds something else.</exception>
    public static (ImmutableArray<ServerAddress> Servers, bool Tls) Parse(string variable, string text, int defaultPort, int maxServers)
    {
        // What stands before '@' may be a secret: it is in no message.
        if (text.Contains('@'))
            throw Wrong("a user name or password ('@') means nothing here");
        var parts = text.Split(',');
        if (parts.Length > maxServers)
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"it lists {parts.Length} servers, and {maxServers} can be named here"));
        var tls = parts.Count(static part => part.StartsWith(Https, StringComparison.OrdinalIgnoreCase));
        if (tls != 0 && tls != parts.Length)
            throw Wrong("some of its servers have TLS (https://) and some have not");
        return ([.. parts.Select(Server)], tls > 0);

        ServerAddress Server(string part)
        {
            var host = part.StartsWith(Https, StringComparison.OrdinalIgnoreCase) ? part[Https.Length..]
                : part.StartsWith(Http, StringComparison.OrdinalIgnoreCase) ? part[Http.Length..] : part;
            if (host.IndexOf("://", StringComparison.Ordinal) is var end and >= 0)
                throw Wrong($"'{host[..end]}' is not supported");
            return ServerAddress.TryParse(host.TrimEnd('/'), defaultPort, out var server) is { } problem ? throw Wrong(problem) : server;
        }

        SourceException Wrong(string cause) => new(
            $"{variable} names no server.", $"{char.ToUpperInvariant(cause[0])}{cause[1..]}.",
            string.Create(CultureInfo.InvariantCulture, $"Set {variable} to HOST:{defaultPort}, http://HOST:{defaultPort} or https://HOST:{defaultPort}, or name the host in the STATE."));
    }
}
