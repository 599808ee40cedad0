using System.Net;
using System.Net.Sockets;
using System.Text;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Sources.Http;

namespace OverlayBridge.LabTests.Sources;

/// <summary>A server whose host loses its power answers nothing, and says nothing either.</summary>
public sealed class VanishedServerTests(LabFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private LabHost Host => fixture.Lab.LegacyHosts[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task A_question_that_may_be_answered_in_minutes_ends_soon_after_its_server_is_gone_without_a_word()
    {
        using var socket = await Host.OpenSocketAsync(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        MarkedConnection.Prepare(socket);
        await socket.ConnectAsync(fixture.Lab.Kv.Address, 8500, Cancel);
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /v1/kv/nothing/?recurse&index=999999999&wait=9m HTTP/1.1\r\nHost: kv\r\n\r\n"), Cancel);
        var answer = socket.ReceiveAsync(new byte[1024], SocketFlags.None, Cancel).AsTask();
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.False(answer.IsCompleted, "Consul answered");
        await DropAsync("--insert", port);
        try
        {
            var error = await Assert.ThrowsAsync<SocketException>(() => answer.WaitAsync(Patience, Cancel));
            Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
        }
        finally
        {
            await DropAsync("--delete", port);
        }
    }

    /// <summary>Nothing of this connection comes in any more.</summary>
    private async Task DropAsync(string command, int port) =>
        (await Host.ExecAsync(["iptables", "--wait", command, "INPUT", "--protocol", "tcp", "--dport", $"{port}", "--jump", "DROP"], CancellationToken.None)).Success();
}
