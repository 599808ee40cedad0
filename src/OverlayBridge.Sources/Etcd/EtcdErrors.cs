using System.Net;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Etcd;

/// <summary>
/// What went wrong with an etcd, in words. Refusals of the v2 API are <c>{"errorCode","message","cause","index"}</c>
/// (etcd, Documentation/v2/errorcode.md).
/// </summary>
internal static class EtcdErrors
{
    public static HttpDialect Dialect { get; } = new(IsLeaderless, Refused);

    // 300 raft error, 301 during an election: a write may be on its way then, so only what is repeatable is asked again.
    private static bool IsLeaderless(StoreRequest request, HttpStatusCode status, string text) =>
        request.Repeatable && (status == HttpStatusCode.ServiceUnavailable ||
        status == HttpStatusCode.InternalServerError && (text.Contains("\"errorCode\":300", StringComparison.Ordinal) || text.Contains("\"errorCode\":301", StringComparison.Ordinal)));

    private static SourceException Refused(string store, StoreRequest request, HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
            $"{store} denies access.", $"{request}: {(int)status} {text}",
            "Set ETCDCTL_USER to USER:PASSWORD of a user who may read and write these keys, or give --secret-file."),
        _ when IsLeaderless(request, status, text) => new(
            $"{store} has no leader.", $"{request}: {(int)status} {text}",
            "See that a majority of its servers runs and that they reach each other, then try again."),
        HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable => new(
            $"{store} failed at a request.", $"{request}: {(int)status} {text}{(request.Repeatable ? "" : " It may have been written or not.")}",
            "See the server's log; read the key again before a write is repeated."),
        HttpStatusCode.BadRequest => new($"{store} refuses a request.", $"{request}: {(int)status} {text}", "See the server's log."),
        _ => NotEtcd(store, $"{request}: status {(int)status} {text}"),
    };

    public static SourceException NotEtcd(string store, string why) => new(
        $"{store} does not answer as etcd's v2 API does.",
        why,
        "Check host and port (2379 by default); etcd 3.2 to 3.5 must run with --enable-v2=true, and 3.6 has no v2 API any more.");

    public static SourceException BrokenAnswer(string store, StoreRequest request, Exception error) => error switch
    {
        JsonPieceException { IsCutOff: false } fault => NotEtcd(store, $"{request}: {fault.Message} ({fault.Place})."),
        JsonPieceException fault => new($"{store} broke off an answer.", $"{request}: {fault.Message} ({fault.Place}).", "Try again.", fault),
        LimitExceededException limit => new($"{store} gives more than is taken.", $"{request}: {limit.Message}.", "Read a part of it with --prefix.", limit),
        _ => new($"{store} broke off an answer.", $"{request}: {HttpErrors.Innermost(error)}", "Try again.", error),
    };
}
