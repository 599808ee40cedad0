using System.Net;

namespace OverlayBridge.Sources.Http;

/// <summary>What the transport has to know of a store's API.</summary>
/// <param name="IsLeaderless">Whether a refusal only says that there is no leader at the moment, so that asking again helps.</param>
/// <param name="Refused">The error for any other answer that the caller does not accept.</param>
internal sealed record HttpDialect(
    Func<StoreRequest, HttpStatusCode, string, bool> IsLeaderless,
    Func<string, StoreRequest, HttpStatusCode, string, SourceException> Refused);
