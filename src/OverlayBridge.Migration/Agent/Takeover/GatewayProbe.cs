using System.Net;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>How a gateway answered when it was asked whether it can serve.</summary>
internal enum GatewayHealth
{
    Ready,

    /// <summary>It answers that it cannot, or it does not answer: it may be electing a leader, or a packet got lost.</summary>
    NotReady,

    /// <summary>Nobody listens there.</summary>
    Gone,
}

/// <summary>Asks a gateway whether it can serve.</summary>
internal interface IGatewayProbe
{
    Task<GatewayHealth> AskAsync(IPEndPoint gateway, CancellationToken token);
}

/// <summary>By <c>GET /health/ready</c>.</summary>
internal sealed class GatewayProbe : IGatewayProbe, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly HttpClient http =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = Limit }) { Timeout = Limit };

    public void Dispose() => http.Dispose();

    public async Task<GatewayHealth> AskAsync(IPEndPoint gateway, CancellationToken token)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{gateway}/health/ready"), HttpCompletionOption.ResponseHeadersRead, token);
            return answer.IsSuccessStatusCode ? GatewayHealth.Ready : GatewayHealth.NotReady;
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError == HttpRequestError.ConnectionError ? GatewayHealth.Gone : GatewayHealth.NotReady;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return GatewayHealth.NotReady;
        }
    }
}
