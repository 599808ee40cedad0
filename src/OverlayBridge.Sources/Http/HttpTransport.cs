using System.Net;
using System.Net.Http.Headers;
using OverlayBridge.Http;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Tls;

namespace OverlayBridge.Sources.Http;

/// <summary>
/// Sends a request to one of several servers: the one that answered last, then the others. While a server says that it has
/// no leader it is asked again for a bounded time. A write whose connection broke is not sent twice.
/// </summary>
internal sealed class HttpTransport : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private const int MaxErrorTextBytes = 1024;

    private readonly HttpTransportOptions options;
    private readonly HttpDialect dialect;
    private readonly string scheme;
    private readonly HttpClient http;
    private int preferred;

    /// <exception cref="SourceException">A file of the TLS settings cannot be used.</exception>
    public HttpTransport(HttpTransportOptions options, HttpDialect dialect)
    {
        (this.options, this.dialect, scheme) = (options, dialect, options.Tls is null ? "http" : "https");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            // Names are looked up again now and then: a store behind a name may move.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.Tls is { } tls)
            handler.SslOptions = TlsClient.Create(tls);
        var connect = options.Connect ?? MarkedConnection.ConnectAsync;
        handler.ConnectCallback = (context, token) => connect(context.DnsEndPoint, token);
        http = new(new ConnectionFaults(handler)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Gives the answer's head with one of the accepted statuses; its body is not read yet.</summary>
    /// <exception cref="SourceException">No server could be reached, or the answer is none of those.</exception>
    public async Task<HttpResponseMessage> SendAsync(StoreRequest request, Func<HttpStatusCode, bool> accepts, CancellationToken token)
    {
        var begun = options.Time.GetTimestamp();
        for (var pause = FirstPause; ; pause = Min(pause * 2, LongestPause))
        {
            var response = await SendToOneAsync(request, token).ConfigureAwait(false);
            if (accepts(response.StatusCode))
                return response;
            SourceException refusal;
            bool leaderless;
            using (response)
            {
                var text = await ErrorTextAsync(response, token).ConfigureAwait(false);
                leaderless = dialect.IsLeaderless(request, response.StatusCode, text);
                refusal = dialect.Refused(options.Name, request, response.StatusCode, text);
            }
            if (!leaderless || options.Time.GetElapsedTime(begun) + pause > options.LeaderPatience)
                throw refusal;
            // A node may be cut off from a leader that the others have.
            Volatile.Write(ref preferred, (Volatile.Read(ref preferred) + 1) % options.Servers.Length);
            await Task.Delay(pause, options.Time, token).ConfigureAwait(false);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendToOneAsync(StoreRequest request, CancellationToken token)
    {
        var failures = new List<(ServerAddress Server, Exception Error)>();
        var first = Volatile.Read(ref preferred);
        // A connection that was kept open may turn out dead, of a server restarted since: a second round makes a new one.
        for (var attempt = 0; attempt < options.Servers.Length || MayRepeat(request, failures, attempt); attempt++)
        {
            var index = (first + attempt) % options.Servers.Length;
            try
            {
                var response = await AttemptAsync(options.Servers[index], request, token).ConfigureAwait(false);
                Volatile.Write(ref preferred, index);
                return response;
            }
            catch (Exception error) when (error is HttpRequestException or TimeoutException)
            {
                failures.Add((options.Servers[index], error));
                if (!request.Repeatable && !NeverSent(error))
                    throw HttpErrors.UnknownOutcome(options.Name, request, error);
            }
        }
        throw HttpErrors.Unreachable(options.Name, failures);
    }

    private bool MayRepeat(StoreRequest request, List<(ServerAddress Server, Exception Error)> failures, int attempt) =>
        request.Repeatable && attempt < 2 * options.Servers.Length &&
        failures.Any(static failure => failure.Error is HttpRequestException && !NeverSent(failure.Error));

    private async Task<HttpResponseMessage> AttemptAsync(ServerAddress server, StoreRequest request, CancellationToken token)
    {
        using var message = new HttpRequestMessage(request.Method, new Uri($"{scheme}://{server}{request.Target}"));
        // The handler asks for the certificate of the name in this header, whatever its TLS options say.
        if (options.Tls?.ServerName is { } name)
            message.Headers.Host = name;
        if (options.Secret is { } secret)
            message.Headers.Add(secret.Name, secret.Value);
        if (options.Program is { } program)
            message.Headers.TryAddWithoutValidation("User-Agent", program);
        if (request.Accept is { } accept)
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        if (request.Method != HttpMethod.Get)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            if (request.ContentType is not null)
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }
        var patience = options.ConnectTimeout + options.AnswerTimeout + request.Held;
        using var timeout = new CancellationTokenSource(patience, options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!token.IsCancellationRequested)
        {
            throw timeout.IsCancellationRequested
                ? new TimeoutException($"no answer within {patience.TotalSeconds:0.#} s", error)
                : new HttpRequestException(HttpRequestError.ConnectionError, $"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The beginning of an answer's body as one line that can be printed.</summary>
    public async Task<string> ErrorTextAsync(HttpResponseMessage response, CancellationToken token)
    {
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), long.MaxValue, options.AnswerTimeout, options.Time);
            var buffer = new byte[MaxErrorTextBytes];
            var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token).ConfigureAwait(false);
            return HttpErrors.Printable(buffer.AsSpan(0, count));
        }
        catch (Exception error) when (error is IOException or HttpRequestException or TimeoutException)
        {
            return $"(the text of the error could not be read: {error.Message})";
        }
    }

    private static bool NeverSent(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
