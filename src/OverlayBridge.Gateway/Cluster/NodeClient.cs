using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>This node's HTTP to the other nodes: the leader's read barrier, and requests that are passed on to it.</summary>
internal sealed partial class NodeClient(MemberDirectory members, string nodeName, NodeAccess access, TimeProvider time, ILogger logger) : ILeaderBarrier, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for the leader's barrier: longer than a healthy one ever takes, short enough to ask the next leader.</summary>
    private static readonly TimeSpan BarrierTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Of a hop, or made anew by this node's own server.</summary>
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Host", "Content-Length",
        "Accept-Encoding", "Content-Type", "Vary", "Date", "Server", ClusterHeaders.PassedOnBy, ClusterHeaders.Client,
        ClusterHeaders.NodeToken,
    };

    private readonly HttpClient _http = access.Client(ConnectTimeout, Timeout.InfiniteTimeSpan);

    public async Task<long> AskAsync(EndPoint leader, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(BarrierTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var query = consistency == ReadConsistency.Consistent ? "?consistent" : "";
            using var answer = await _http
                .GetAsync(await UriAsync(leader, BarrierEndpoint.Path + query, either.Token).ConfigureAwait(false), either.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new NoLeaderException(await answer.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false));
            return await answer.Content.ReadFromJsonAsync(BarrierJson.Default.Int64, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new NoLeaderException($"The leader {leader} does not answer: {e.Message}", e);
        }
    }

    /// <summary>Passes a request on as it is, and the answer back as it is.</summary>
    /// <param name="limit">Longest wait for the answer.</param>
    /// <exception cref="NoLeaderException">Nothing was done: the node could not be reached, or says so.</exception>
    /// <exception cref="OutcomeUnknownException">The node was lost while it had the request.</exception>
    public async Task<Answer> PassOnAsync(EndPoint leader, GatewayRequest request, TimeSpan limit)
    {
        var uri = await UriAsync(leader, request.Target, request.CancellationToken).ConfigureAwait(false);
        using var message = await MessageAsync(uri, request).ConfigureAwait(false);
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, request.CancellationToken);
        try
        {
            using var answer = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            if (answer.Headers.TryGetValues(ClusterHeaders.Outcome, out var outcome) && outcome.Contains(ClusterHeaders.None))
                throw new NoLeaderException(System.Text.Encoding.UTF8.GetString(body));
            return Back(answer, body);
        }
        catch (HttpRequestException e) when (IsNeverSent(e))
        {
            throw new NoLeaderException($"The leader {leader} cannot be reached: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !request.CancellationToken.IsCancellationRequested)
        {
            if (e is OperationCanceledException && !timer.IsCancellationRequested)
                throw new NoLeaderException($"The leader {leader} cannot be reached within {ConnectTimeout.TotalSeconds:0} s", e);
            throw new OutcomeUnknownException($"The outcome of the write is unknown: the leader {leader} was lost ({e.Message})", e);
        }
    }

    /// <summary>Asks a node not to ask for votes. One that does not answer will not be elected either.</summary>
    public Task StandBackAsync(EndPoint node, TimeSpan duration, CancellationToken cancellationToken) => TryAskAsync(
        node, HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"{TransferEndpoint.StandBackPath}?seconds={Math.Ceiling(duration.TotalSeconds)}"),
        reason => LogNotAsked(logger, node, reason), cancellationToken);

    /// <summary>Returns when a node has applied all that is committed, or does not say so in time.</summary>
    public Task CatchUpAsync(EndPoint node, CancellationToken cancellationToken) => TryAskAsync(
        node, HttpMethod.Get, $"/v1/kv/{MemberRecord.Prefix}?keys&consistent", reason => LogNotCaughtUp(logger, node, reason), cancellationToken);

    /// <summary>Has the leader write the record of this node.</summary>
    /// <exception cref="NoLeaderException">It could not be reached or did not take it; to be tried again.</exception>
    public Task RegisterAsync(EndPoint leader, MemberRecord record, CancellationToken cancellationToken) =>
        SendAsync(leader, HttpMethod.Put, MembersEndpoint.Path, record.Encode(), cancellationToken);

    /// <summary>A write of this node's own, which the leader is to carry out itself.</summary>
    /// <exception cref="NoLeaderException">It could not be reached or did not take it, as far as is known; to be tried again.</exception>
    public async Task SendAsync(EndPoint leader, HttpMethod method, string target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RegisterTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = access.Request(method, await UriAsync(leader, target, either.Token).ConfigureAwait(false));
            message.Content = new ReadOnlyMemoryContent(body);
            message.Headers.Add(ClusterHeaders.PassedOnBy, nodeName);
            using var answer = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new NoLeaderException(await answer.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new NoLeaderException($"The leader {leader} does not answer: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks a node for something that is done without if it does not answer in time.</summary>
    /// <param name="refused">Is told why it was not done.</param>
    private async Task TryAskAsync(EndPoint node, HttpMethod method, string target, Action<string> refused, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(BarrierTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = access.Request(method, await UriAsync(node, target, either.Token).ConfigureAwait(false));
            using var answer = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                refused(await answer.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or NoLeaderException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            refused(e.Message);
        }
    }

    private async Task<HttpRequestMessage> MessageAsync(Uri uri, GatewayRequest request)
    {
        var body = await request.ReadWholeBodyAsync().ConfigureAwait(false);
        // Always with a content, however empty: without one .NET sends a request a second time when a kept connection breaks.
        var message = new HttpRequestMessage(new HttpMethod(request.Http.Method), uri) { Content = new ReadOnlyMemoryContent(body) };
        foreach (var (name, values) in request.Http.Headers)
            if (!NotPassedOn.Contains(name))
                message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        message.Headers.Add(ClusterHeaders.PassedOnBy, nodeName);
        message.Headers.Add(ClusterHeaders.Client, request.PeerAddress);
        if (access.Secret is not null)
            message.Headers.Add(ClusterHeaders.NodeToken, access.Secret);
        if (request.Http.ContentType is { } type)
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        // Some routes look at bodies of known length only, as Consul does.
        if (request.Http.ContentLength is null && !body.IsEmpty)
            message.Headers.TransferEncodingChunked = true;
        return message;
    }

    private static Answer Back(HttpResponseMessage answer, byte[] body) => new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), body)
    {
        Headers =
        [
            .. answer.Headers.Concat(answer.Content.Headers).Where(header => !NotPassedOn.Contains(header.Key))
                .Select(header => (header.Key, string.Join(", ", header.Value))),
        ],
    };

    private async Task<Uri> UriAsync(EndPoint node, string target, CancellationToken cancellationToken)
    {
        var record = await members.FindAsync(node, cancellationToken).ConfigureAwait(false)
            ?? throw new NoLeaderException($"The HTTP address of the leader {node} is not known yet");
        if (record.Tls && access.Certificates is null)
            throw new NoLeaderException($"{record.NodeName} speaks TLS, and this node has no certificate: start it with --tls-cert, --tls-key and --tls-ca");
        return new Uri($"{(record.Tls ? "https" : "http")}://{record.HttpAddress}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} could not be asked to stand back: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, EndPoint node, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node}, which is to lead, does not say that it has everything: {Reason}")]
    private static partial void LogNotCaughtUp(ILogger logger, EndPoint node, string reason);

    private static bool IsNeverSent(HttpRequestException error) =>
        error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
}
