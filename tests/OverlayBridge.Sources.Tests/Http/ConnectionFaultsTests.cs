using System.Net;
using System.Net.Sockets;
using OverlayBridge.Http;

namespace OverlayBridge.Sources.Tests.Http;

public sealed class ConnectionFaultsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_is_reset_while_it_is_opened_is_a_request_that_could_not_be_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => await ResetAsync(listener, token) };
        using var client = new HttpClient(new ConnectionFaults(handler));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://store.test/"), Cancel));

        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(SocketError.NotConnected, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    /// <summary>A connection whose other end has reset it by the time it is handed over.</summary>
    private static async ValueTask<Stream> ResetAsync(TcpListener listener, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, token);
        using (var other = await listener.AcceptSocketAsync(token))
            other.LingerState = new LingerOption(enable: true, seconds: 0);
        Assert.True(socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        return new NetworkStream(socket, ownsSocket: true);
    }
}
