using Microsoft.AspNetCore.Http;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Http;

/// <summary>A request on its way to a handler.</summary>
/// <param name="Rest">The decoded path behind the route's own part.</param>
internal sealed record GatewayRequest(
    HttpRequest Http, StoreKey Rest, QueryParameters Query, CancellationToken CancellationToken)
{
    public bool Pretty => Query.Has("pretty");

    /// <summary>The body, at most <paramref name="limit"/> bytes of it, whatever the client announces.</summary>
    /// <exception cref="RefusedException">413: it is longer. The text is Consul's, and names the option of that limit.</exception>
    public async Task<byte[]> ReadBodyAsync(int limit, string limitName)
    {
        if (Http.ContentLength > limit)
            throw TooLarge($"{Http.ContentLength} bytes");
        using var body = new MemoryStream((int)(Http.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        while (await Http.Body.ReadAsync(buffer, CancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (body.Length + read > limit)
                throw TooLarge($"more than {limit} bytes");
            body.Write(buffer, 0, read);
        }
        return body.ToArray();

        RefusedException TooLarge(string length) =>
            new(413, $"Request body({length}) too large, max size: {limit} bytes. See {limitName}.");
    }
}
