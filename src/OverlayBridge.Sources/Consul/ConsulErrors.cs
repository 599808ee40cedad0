using System.Net;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Consul;

/// <summary>What went wrong with a server, in words; texts of Consul 1.8.7 are those of spec consul-http.md.</summary>
internal static class ConsulErrors
{
    public static HttpDialect Dialect { get; } = new(IsLeaderless, Refused);

    // "No cluster leader" is said before anything is done; 503 may come when a write was already on its way.
    private static bool IsLeaderless(StoreRequest request, HttpStatusCode status, string text) =>
        IsLeaderless(status, text) && (request.Repeatable || status == HttpStatusCode.InternalServerError);

    private static bool IsLeaderless(HttpStatusCode status, string text) =>
        status == HttpStatusCode.ServiceUnavailable ||
        status == HttpStatusCode.InternalServerError &&
        (text.Contains("No cluster leader", StringComparison.Ordinal) || text.Contains("Not ready to serve consistent reads", StringComparison.Ordinal));

    private static SourceException Refused(string store, StoreRequest request, HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new(
            $"{store} denies access.",
            $"{request}: {(int)status} {text}{(text.Contains("ACL not found", StringComparison.Ordinal) ? " (the token is not known: revoked, expired, or another store's)" : "")}",
            store.StartsWith("bridge://", StringComparison.Ordinal)
                ? "Give --token-file or OVERLAYBRIDGE_TOKEN with a token that may do this; an operator sees them with 'overlaybridge token list' and makes one with 'overlaybridge token create'."
                : "Set CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE or --secret-file to a token that may read and write these keys.") { IsDenied = true },
        _ when IsLeaderless(status, text) => new(
            $"{store} has no leader.",
            $"{request}: {(int)status} {text}",
            "See that a majority of its servers runs and that they reach each other, then try again.") { IsAway = true },
        HttpStatusCode.Gone => new(
            $"{store} cannot tell what it held then.",
            $"{text}.",
            "Name an index within reach: 'overlaybridge history' shows them. 'serve --history-changes' and '--history-size' say how much is kept."),
        HttpStatusCode.RequestEntityTooLarge => new(
            $"{store} finds a request too large.",
            $"{request}: {(int)status} {text}",
            "Look for a value larger than 512 KiB."),
        HttpStatusCode.InternalServerError or HttpStatusCode.BadRequest => new(
            $"{store} refuses a request.",
            $"{request}: {(int)status} {text}",
            "See the server's log."),
        _ => NotConsul(store, $"{request}: status {(int)status} {text}"),
    };

    public static SourceException NotConsul(string store, string why, Exception? inner = null) => new(
        $"{store} does not answer as Consul does.",
        why,
        "Check host and port: it must be the HTTP API of Consul or of a bridge node (8500 by default).",
        inner);

    public static SourceException NotBridge(string store, string why) => new(
        $"{store} is no OverlayBridge node.",
        why,
        "Give the HTTP address of a node that runs 'overlaybridge serve' with the control role.");

    public static SourceException BrokenAnswer(string store, StoreRequest request, Exception error) => error switch
    {
        JsonPieceException { IsCutOff: false } fault => NotConsul(store, $"{request}: {fault.Message} ({fault.Place}).", fault),
        JsonPieceException fault => new(
            $"{store} broke off an answer.", $"{request}: {fault.Message} ({fault.Place}).", "Try again.", fault),
        LimitExceededException limit => new(
            $"{store} gives more than is taken.", $"{request}: {limit.Message}.", "Read a part of it with --prefix.", limit),
        _ => new($"{store} broke off an answer.", $"{request}: {HttpErrors.Innermost(error)}", "Try again.", error),
    };
}
