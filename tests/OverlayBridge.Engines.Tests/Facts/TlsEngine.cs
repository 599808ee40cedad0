using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using OverlayBridge.Tests.Serve;

namespace OverlayBridge.Engines.Facts;

/// <summary>A server on loopback that answers as an engine with <c>--tlsverify</c> does: to nobody but who shows a certificate of the authority it trusts.</summary>
internal sealed partial class TlsEngine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly SslServerAuthenticationOptions options;
    private readonly Dictionary<string, string> answers;
    private readonly Task serving;

    public TlsEngine((string Cert, string Key) own, string clientAuthority, Dictionary<string, string> answers)
    {
        this.answers = answers;
        options = new()
        {
            ServerCertificate = X509Certificate2.CreateFromPemFile(own.Cert, own.Key),
            ClientCertificateRequired = true,
            CertificateChainPolicy = TestAuthority.Trusting(clientAuthority).SslOptions.CertificateChainPolicy,
        };
        listener.Start();
        serving = ServeAsync();
    }

    public string Uri => $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Whose certificate each answered request came with.</summary>
    public ConcurrentQueue<string> Clients { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (var stream = new SslStream(client.GetStream()))
            try
            {
                await stream.AuthenticateAsServerAsync(options, stop.Token);
                using var reader = new StreamReader(stream, leaveOpen: true);
                if (await reader.ReadLineAsync(stop.Token) is not { } request)
                    return; // it does not trust this certificate
                string path = Version().Replace(request.Split(' ')[1].Split('?')[0], "");
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                {
                    // The headers are of no interest.
                }
                Clients.Enqueue(stream.RemoteCertificate!.Subject);
                var (status, body) = answers.TryGetValue(path, out string? text) ? ("200 OK", text) : ("404 Not Found", """{"message":"page not found"}""");
                await stream.WriteAsync(Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"), stop.Token);
            }
            catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException)
            {
                // Who is not let in, or goes, gets no answer.
            }
    }

    [GeneratedRegex(@"^/v\d+\.\d+")]
    private static partial Regex Version();
}
