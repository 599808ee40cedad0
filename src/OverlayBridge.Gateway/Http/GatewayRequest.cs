using Microsoft.AspNetCore.Http;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Http;

/// <summary>A request on its way to a handler.</summary>
/// <param name="Target">Path and query as they stand in the request line.</param>
/// <param name="Rest">The decoded path behind the route's own part.</param>
internal sealed record GatewayRequest(
    HttpRequest Http, string Target, StoreKey Rest, QueryParameters Query, AccessControl Access, CancellationToken CancellationToken)
{
    private const int BufferLength = 16 * 1024;

    /// <summary>What was read of the body, complete: a request may be handled again when nothing was done.</summary>
    private byte[]? _body;

    public bool Pretty => Query.Has("pretty");

    /// <summary>The node that the client sent it to, where that was another one.</summary>
    public string? CameBy { get; init; }

    /// <summary>IP address of who sent it to this node: the client, or the node that passed it on.</summary>
    public string PeerAddress => Http.HttpContext.Connection.RemoteIpAddress switch
    {
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        // An address keeps its text, and a connection its address.
        var address => address?.ToString() ?? "",
    };

    /// <summary>Who sent it. Asked for at the moment that something is to be read or done for them, and not earlier: a request that is wrong in itself is wrong for all.</summary>
    /// <exception cref="RefusedException">403: the token is not known.</exception>
    /// <exception cref="Store.NoLeaderException">It is not known here, and there is no leader to ask.</exception>
    public ValueTask<Caller> CallerAsync() => Access.IdentifyAsync(this);

    /// <summary>Who sent it, for the history of what it changes.</summary>
    /// <exception cref="RefusedException">403: the token is not known.</exception>
    /// <exception cref="Store.NoLeaderException">It is not known here, and there is no leader to ask.</exception>
    public async ValueTask<Origin> OriginAsync() => Origins.Of(await CallerAsync().ConfigureAwait(false), this);

    /// <summary>How long the handlers of the route may need beyond what a write takes.</summary>
    public TimeSpan Takes { get; init; }

    /// <summary>The longest body that any handler of the route takes.</summary>
    public int MaxBodyBytes { get; init; } = Route.DefaultMaxBodyBytes;

    /// <summary>The body, at most <paramref name="limit"/> bytes of it, whatever the client announces.</summary>
    /// <exception cref="RefusedException">413: it is longer. The text is Consul's, and names the option of that limit.</exception>
    public async Task<byte[]> ReadBodyAsync(int limit, string limitName)
    {
        if (Http.ContentLength > limit)
            throw TooLarge($"{Http.ContentLength} bytes");
        _body ??= await ReadAsync(limit).ConfigureAwait(false);
        return _body is { } body && body.Length <= limit ? body : throw TooLarge($"more than {limit} bytes");

        RefusedException TooLarge(string length) =>
            new(413, $"Request body({length}) too large, max size: {limit} bytes. See {limitName}.");
    }

    /// <summary>The body as it is, to be passed on.</summary>
    /// <exception cref="RefusedException">413: no handler would take it.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadWholeBodyAsync() =>
        await ReadBodyAsync(MaxBodyBytes, "the limit of this route").ConfigureAwait(false);

    /// <summary>Null when there is more than the limit.</summary>
    private Task<byte[]?> ReadAsync(int limit) => Http.ContentLength is { } length ? ReadAnnouncedAsync((int)length) : ReadToEndAsync(limit);

    /// <summary>The server gives no more than was announced, and breaks the request off when there is less.</summary>
    private async Task<byte[]?> ReadAnnouncedAsync(int length)
    {
        var body = new byte[length];
        await Http.Body.ReadExactlyAsync(body, CancellationToken).ConfigureAwait(false);
        return body;
    }

    private async Task<byte[]?> ReadToEndAsync(int limit)
    {
        using var body = new MemoryStream();
        var buffer = new byte[BufferLength];
        while (await Http.Body.ReadAsync(buffer, CancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (body.Length + read > limit)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
