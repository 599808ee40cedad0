using System.Net;
using OverlayBridge.Http;

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

/// <summary>A gateway's answer.</summary>
/// <param name="Instance">Of its process: another one after each start. Null: it did not say.</param>
internal readonly record struct GatewayAnswer(GatewayHealth Health, string? Instance = null);

/// <summary>Asks a gateway whether it can serve.</summary>
internal interface IGatewayProbe
{
    Task<GatewayAnswer> AskAsync(IPEndPoint gateway, CancellationToken token);
}

/// <summary>By <c>GET /health/ready</c>.</summary>
internal sealed class GatewayProbe : IGatewayProbe, IDisposable
{
    private const string Instance = "X-OverlayBridge-Instance";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly HttpClient http =
        new(new ConnectionFaults(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = Limit })) { Timeout = Limit };

    public void Dispose() => http.Dispose();

    public async Task<GatewayAnswer> AskAsync(IPEndPoint gateway, CancellationToken token)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{gateway}/health/ready"), HttpCompletionOption.ResponseHeadersRead, token);
            return new(
                answer.IsSuccessStatusCode ? GatewayHealth.Ready : GatewayHealth.NotReady,
                answer.Headers.TryGetValues(Instance, out var values) ? string.Concat(values) : null);
        }
        catch (HttpRequestException e)
        {
            return new(e.HttpRequestError == HttpRequestError.ConnectionError ? GatewayHealth.Gone : GatewayHealth.NotReady);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return new(GatewayHealth.NotReady);
        }
    }
}
