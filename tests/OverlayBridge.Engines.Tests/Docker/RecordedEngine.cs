using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace OverlayBridge.Engines.Docker;

/// <summary>A server on loopback that answers as an engine did, with recorded bodies.</summary>
internal sealed partial class RecordedEngine : IAsyncDisposable
{
    private readonly HttpListener listener;
    private readonly Task serving;
    private readonly Dictionary<string, (int Status, string Body)> answers = [];

    public RecordedEngine()
    {
        (listener, Uri) = Listen();
        serving = ServeAsync();
    }

    public Uri Uri { get; }

    public void Answer(string path, string body, int status = 200) => answers[path] = (status, body);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = Version().Replace(context.Request.Url!.AbsolutePath, "");
        var (status, body) = answers.GetValueOrDefault(path, (404, """{"message":"page not found"}"""));
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Whoever asked has gone: a reader that knows already that another engine fails asks no more.
            context.Response.Abort();
        }
    }

    /// <summary>On a free port: another process may take the one just found, and then the next is tried.</summary>
    private static (HttpListener Listener, Uri Uri) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return (listener, new Uri($"tcp://127.0.0.1:{port}"));
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    [GeneratedRegex(@"^/v\d+\.\d+")]
    private static partial Regex Version();
}
