using System.Text;

namespace OverlayBridge.Sources.Http;

/// <summary>What can go wrong with any HTTP server, in words.</summary>
internal static class HttpErrors
{
    public static SourceException Unreachable(string store, List<(ServerAddress Server, Exception Error)> failures) => new(
        $"{store} cannot be reached.",
        string.Join("; ", failures.Select(static failure => $"{failure.Server}: {Innermost(failure.Error)}")),
        failures.Any(static failure => IsTls(failure.Error))
            ? "Check that the server speaks TLS there, that --ca-file (or CONSUL_CACERT, ETCDCTL_CACERT; for bridge:// --bridge-ca-file or OVERLAYBRIDGE_CACERT) names the authority that signed its certificate, that the certificate bears the host's name, and, if the server asks for one, the client certificate."
            : "Check that it runs, that host, port and firewall are right, and whether it wants TLS.",
        failures[^1].Error) { IsAway = true };

    public static SourceException UnknownOutcome(string store, StoreRequest request, Exception error) => new(
        $"{store} was lost during a write.",
        $"{request}: {Innermost(error)}. It may have been written or not.",
        "Read the key again before you repeat the write.",
        error) { IsAway = true };

    /// <summary>A piece of a foreign answer that cannot harm a terminal: one line, no control characters.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).Trim();
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }

    /// <summary>The reason at the bottom of an error.</summary>
    public static string Innermost(Exception error) => error is HttpRequestException ? error.GetBaseException().Message : error.Message;

    private static bool IsTls(Exception error) => error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };
}
