using System.Net;
using System.Net.Sockets;
using OverlayBridge.Commands;
using OverlayBridge.Terminal;

namespace OverlayBridge.Demo;

/// <summary>A control node in this process, on free ports of loopback: what <c>overlaybridge serve</c> runs.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _http;
    private readonly Task<int> _serve;

    private DemoNode(string data, Surroundings surroundings)
    {
        (_http, var raft) = FreeAddresses();
        Arguments = ["serve", "--data", data, "--http", $"{_http}", "--raft", $"{raft}"];
        _serve = CommandLineApplication.InvokeAsync([.. Arguments, "--quiet"], surroundings, _stop.Token);
    }

    /// <summary>What a user would type to start it.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The STATE that names it.</summary>
    public string State => $"bridge://{_http}";

    public static DemoNode Start(string data, Surroundings surroundings) => new(data, surroundings);

    /// <summary>Waits until it has a leader and answers requests.</summary>
    /// <exception cref="OperatorException">It could not start, or takes too long.</exception>
    public async Task WaitUntilReadyAsync(TimeProvider time, CancellationToken token)
    {
        using var http = new HttpClient();
        using var timer = new PeriodicTimer(Interval, time);
        var started = time.GetTimestamp();
        while (!await IsReadyAsync(http, token).ConfigureAwait(false))
        {
            if (_serve.IsCompleted)
                await _serve.ConfigureAwait(false);
            if (_serve.IsCompleted || time.GetElapsedTime(started) > Patience)
                throw new OperatorException(
                    "The demo's control node is not ready.", $"It did not elect itself leader within {Patience.TotalSeconds:0} s.",
                    "Run the demo again when the machine is less busy.");
            await timer.WaitForNextTickAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>Stops it and waits until its files are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await ((Task)_serve).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken token)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{_http}/health/ready"), token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: that is what is being waited for, and the wait has an end.
            return false;
        }
    }

    private static (IPEndPoint Http, IPEndPoint Raft) FreeAddresses()
    {
        using var http = new TcpListener(IPAddress.Loopback, 0);
        using var raft = new TcpListener(IPAddress.Loopback, 0);
        http.Start();
        raft.Start();
        return ((IPEndPoint)http.LocalEndpoint, (IPEndPoint)raft.LocalEndpoint);
    }
}
