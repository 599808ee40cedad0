using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace OverlayBridge.Gateway.Relay;

/// <summary>An old store that does byte by byte what a test says.</summary>
internal sealed class FakeStore : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Channel<FakeConnection> _connections = Channel.CreateUnbounded<FakeConnection>();
    private readonly List<FakeConnection> _all = [];
    private readonly Task _accepting;

    private FakeStore(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public DnsEndPoint Address { get; }

    public static FakeStore Start(int port = 0) => new(port);

    /// <summary>The next connection that the relay makes.</summary>
    public async Task<FakeConnection> ConnectionAsync()
    {
        using var limit = FakeConnection.Limit();
        return await _connections.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Whether the relay has made one that no test has taken yet.</summary>
    public bool HasConnection => _connections.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var connection in _all)
            connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new FakeConnection(await _listener.AcceptTcpClientAsync());
                _all.Add(connection);
                await _connections.Writer.WriteAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }
}

/// <summary>One end of a TCP connection, in raw bytes.</summary>
internal sealed class FakeConnection(TcpClient client) : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public NetworkStream Stream { get; } = client.GetStream();

    /// <summary>Only a hang exceeds it.</summary>
    public static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        return limit;
    }

    public static async Task<FakeConnection> ConnectAsync(IPEndPoint address)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address, Token);
        return new FakeConnection(client);
    }

    public Task SendAsync(string latin1) => SendAsync(Encoding.Latin1.GetBytes(latin1));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Stream.WriteAsync(bytes, Token);

    /// <summary>Exactly as many bytes as there are in the text, which they must be.</summary>
    public async Task ExpectAsync(string latin1) => Assert.Equal(latin1, Encoding.Latin1.GetString(await ReadAsync(latin1.Length)));

    public async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        using var limit = Limit();
        await Stream.ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    /// <summary>Up to an empty line, with it.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(1))[0]);
        return head.ToString();
    }

    /// <summary>All that comes until the other end closes, or breaks off.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        using var limit = Limit();
        try
        {
            while (await Stream.ReadAsync(buffer, limit.Token) is var read and > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            text.Append("(reset)");
        }
        return text.ToString();
    }

    public void EndSending() => client.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => client.Dispose();
}
