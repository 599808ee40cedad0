using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OverlayBridge.Engines.Docker;

/// <summary>As <see cref="RecordedEngine"/>, for requests that change something: those come without a body and its length, which <see cref="HttpListener"/> refuses before anybody sees them.</summary>
internal sealed class BareEngine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, (int Status, string Body)> answer;
    private readonly Task serving;

    /// <param name="answer">To a request, as <c>METHOD PATH</c>.</param>
    public BareEngine(Func<string, (int Status, string Body)> answer)
    {
        this.answer = answer;
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Uri => new($"tcp://{listener.LocalEndpoint}");

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }

    /// <summary>One request a connection.</summary>
    private async Task ServeAsync()
    {
        while (true)
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(request.ToString()) && await stream.ReadAsync(buffer) is > 0 and var read)
            request.Append(Encoding.UTF8.GetString(buffer, 0, read));
        var words = request.ToString().Split(' ');
        var asked = $"{words[0]} {words[1]}";
        Asked.Enqueue(asked);
        var (status, body) = answer(asked);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
    }

    private static bool IsWhole(string request) => request.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var end &&
        (!request.Contains("chunked", StringComparison.OrdinalIgnoreCase) || request.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)) &&
        (request.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at) ||
            request.Length >= end + 4 + int.Parse(request[(at + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture));
}
