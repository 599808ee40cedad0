using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Engines.Facts;

/// <summary>Requests to one engine, each with a limit of time and of size. Whatever goes wrong names the engine.</summary>
internal sealed class EngineHttp : IDisposable
{
    /// <summary>Of engine 19.03: what the oldest engines we meet and the newest both speak.</summary>
    private const string ApiVersion = "v1.40";

    private readonly Uri _engine;
    private readonly EngineFactsOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public EngineHttp(Uri engine, EngineFactsOptions options, TimeProvider time)
    {
        (_engine, _options, _time) = (engine, options, time);
        bool tls = engine.Scheme == "tcp" && options.CertificateFolder is not null;
        var handler = new SocketsHttpHandler { ConnectTimeout = options.ConnectLimit, UseProxy = false, AllowAutoRedirect = false };
        if (engine.Scheme == "unix")
            handler.ConnectCallback = async (_, token) => await ConnectAsync(engine.AbsolutePath, token).ConfigureAwait(false);
        if (tls)
            handler.SslOptions = EngineCertificates.Read(options.CertificateFolder!, engine.IdnHost);
        string host = engine.Scheme == "unix" ? "localhost" : engine.Authority;
        _client = new HttpClient(handler) { BaseAddress = new Uri($"{(tls ? "https" : "http")}://{host}/{ApiVersion}/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The answer; null when the engine says that there is no such thing.</summary>
    /// <exception cref="EngineException">The engine cannot be reached, does not answer in time, or refuses.</exception>
    public Task<T?> GetAsync<T>(string path, string what, JsonTypeInfo<T> type, CancellationToken token)
        where T : class => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)),
        what,
        (status, body) => status == HttpStatusCode.NotFound ? null : JsonSerializer.Deserialize(Success(what, status, body), type) ?? throw new JsonException("The answer is null."),
        token);

    /// <summary>Has the engine do something; its answer, if it is a good one, is not looked at.</summary>
    /// <exception cref="EngineException">The engine cannot be reached, does not answer in time, or refuses.</exception>
    public Task PostAsync(string path, string what, JsonObject content, CancellationToken token) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(content.ToJsonString(), Encoding.UTF8, "application/json") },
        what,
        (status, body) => Success(what, status, body),
        token);

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> request, string what, Func<HttpStatusCode, byte[], T> read, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(_options.CallLimit, _time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            using var asked = request();
            using var answer = await _client.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, limited.Token).ConfigureAwait(false);
            return read(answer.StatusCode, await ReadAsync(answer.Content, limited.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw Failed(what, $"No answer within {_options.CallLimit.TotalSeconds:0} s.", "Look whether the engine, or the store of a legacy engine, hangs.", null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or AuthenticationException or JsonException)
        {
            throw Failed(what, e.GetBaseException().Message, "Check that the engine runs, that this is its address, and that you may use it (tcp:// with TLS: --engine-certs).", null, e);
        }
    }

    private byte[] Success(string what, HttpStatusCode status, byte[] body) =>
        (int)status is >= 200 and < 300 ? body : throw Failed(what, $"It answered {(int)status}: {Reason(body)}", "See the engine's log.", (int)status);

    /// <summary>The answer to what every engine has.</summary>
    /// <exception cref="EngineException">The engine cannot be reached, does not answer in time, or refuses; or it is none.</exception>
    public async Task<T> ExpectAsync<T>(Uri uri, string path, string what, JsonTypeInfo<T> type, CancellationToken token)
        where T : class =>
        await GetAsync(path, what, type, token).ConfigureAwait(false)
        ?? throw new EngineException($"Cannot {what} on the Docker engine at {uri}.", "It answered 404.", "Give the address of a Docker engine from 19.03 on.", 404);

    public void Dispose() => _client.Dispose();

    private static async Task<NetworkStream> ConnectAsync(string path, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken token)
    {
        await using var body = await content.ReadAsStreamAsync(token).ConfigureAwait(false);
        using var whole = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        int read;
        while ((read = await body.ReadAsync(piece, token).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + read > _options.MaxAnswerBytes)
                throw new IOException($"Its answer is larger than {_options.MaxAnswerBytes >> 20} MiB.");
            whole.Write(piece, 0, read);
        }
        return whole.ToArray();
    }

    // Engines answer {"message":"…"}; a proxy in between may answer anything.
    private static string Reason(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, EngineJson.Default.ErrorAnswer)?.Message ?? "";
        }
        catch (JsonException)
        {
            return "(no message)";
        }
    }

    private EngineException Failed(string what, string cause, string remedy, int? status, Exception? inner = null) =>
        new($"Cannot {what} on the Docker engine at {_engine}.", cause, remedy, status, inner);
}
