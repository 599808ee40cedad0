using System.Globalization;
using System.Net.Http.Headers;
using OverlayBridge.Http;
using OverlayBridge.Migration.Runs;

namespace OverlayBridge.Serve.Runs;

/// <summary>Webhooks over HTTP. Redirects are not followed: what a plan names is what is told.</summary>
internal sealed class HttpWebhooks : IWebhookEdge, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new ConnectionFaults(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    public HttpWebhooks(string version) => _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("overlaybridge", version.Split('+')[0]));

    public async ValueTask<string> PostAsync(Uri hook, ReadOnlyMemory<byte> json, CancellationToken token)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await _client.PostAsync(hook, content, token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? "" : string.Create(CultureInfo.InvariantCulture, $"it answered with status {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (TaskCanceledException) when (!token.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _client.Dispose();
}
