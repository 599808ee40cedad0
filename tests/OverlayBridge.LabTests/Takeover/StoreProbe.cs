using System.Net;
using System.Net.Sockets;
using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>
/// A client of the old store on an engine's host, that is held and redirected as the engine is: writes one key after the other, reads
/// each again, and remembers the longest that anything took.
/// </summary>
internal sealed class StoreProbe(LabNode host, Uri store) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient http = new(host.CreateHttpHandler()) { BaseAddress = store, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Keys of the probe begin so.</summary>
    public string Prefix => $"{TakeoverLab.Prefix}probe/{host.Name}/";

    /// <summary>Keys whose write was acknowledged.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>Requests that broke off or were answered with an error.</summary>
    public List<string> Failures { get; } = [];

    public TimeSpan Longest { get; private set; }

    public void Dispose() => http.Dispose();

    /// <summary>Goes on until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var key = $"{Prefix}{number}";
            if (await TimedAsync(HttpMethod.Put, key))
                Acknowledged.Add(key);
            await TimedAsync(HttpMethod.Get, key);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Takes the keys away again.</summary>
    public async Task RemoveAsync(CancellationToken token)
    {
        using var answer = await http.DeleteAsync(new Uri($"/v1/kv/{Prefix}?recurse", UriKind.Relative), token);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<bool> TimedAsync(HttpMethod method, string key)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"/v1/kv/{key}", UriKind.Relative));
            using var answer = await http.SendAsync(request, CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.OK)
                return true;
            Failures.Add($"{method} {key}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            Failures.Add($"{method} {key}: {e.Message}");
        }
        finally
        {
            if (TimeProvider.System.GetElapsedTime(begun) is var took && took > Longest)
                Longest = took;
        }
        return false;
    }
}
