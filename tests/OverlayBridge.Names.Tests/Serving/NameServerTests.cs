using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Names.Messages;
using OverlayBridge.Names.Serving;
using OverlayBridge.Names.Views;

namespace OverlayBridge.Names.Tests.Serving;

/// <summary>The server over real sockets on loopback, and the servers that it asks as well.</summary>
public sealed class NameServerTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Task> _running = [];
    private readonly List<IDisposable> _owned = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _owned.ForEach(one => one.Dispose());
        _stop.Dispose();
    }

    [Fact]
    public async Task A_name_is_answered_by_UDP_from_the_address_that_was_asked()
    {
        var server = Start(Sample.View());

        var answer = await ByUdpAsync(server.EndPoint, Bytes.Query("db", RecordType.A));

        Assert.Equal((ResponseCode.NoError, 2), (Bytes.Code(answer), Bytes.Answers(answer)));
    }

    [Fact]
    public async Task Several_names_are_answered_on_one_TCP_connection()
    {
        var server = Start(Sample.View());
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint, Cancel);
        var answer = new byte[ushort.MaxValue];

        foreach (var name in new[] { "db", "web", "gone" })
        {
            await TcpFraming.WriteAsync(client.GetStream(), Bytes.Query(name, RecordType.A), Cancel);
            Assert.NotEqual(0, await TcpFraming.ReadAsync(client.GetStream(), answer, Cancel));
            Assert.Equal(name == "gone" ? ResponseCode.NameError : ResponseCode.NoError, Bytes.Code(answer));
        }
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle_of_a_message_leaves_the_next_one_served()
    {
        var server = Start(Sample.View());
        for (var i = 0; i < 100; i++)
        {
            using var broken = new TcpClient();
            await broken.ConnectAsync(server.EndPoint, Cancel);
            await broken.GetStream().WriteAsync(new byte[] { 1, 0, 5 }, Cancel);
        }

        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint, Cancel);
        await TcpFraming.WriteAsync(client.GetStream(), Bytes.Query("db", RecordType.A), Cancel);

        Assert.NotEqual(0, await TcpFraming.ReadAsync(client.GetStream(), new byte[ushort.MaxValue], Cancel));
    }

    [Fact]
    public async Task From_one_query_to_the_next_a_new_view_is_answered()
    {
        var server = Start(Sample.View());
        Assert.Equal(ResponseCode.NameError, Bytes.Code(await ByUdpAsync(server.EndPoint, Bytes.Query("new", RecordType.A))));

        server.Use(Sample.View() with { Others = new([new NetworkNames("appnet", [IPNetwork.Parse("10.60.0.0/24")], [Sample.Endpoint("new", "10.60.0.9")])], []) });

        Assert.Equal(1, Bytes.Answers(await ByUdpAsync(server.EndPoint, Bytes.Query("new", RecordType.A))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_ours_is_asked_of_the_clients_own_server_and_its_answer_comes_back_as_it_is(bool byTcp)
    {
        var upstream = Upstream(query => Reply(query, ResponseCode.NoError, extra: 99));
        var server = Start(Sample.View(upstream));
        var query = Bytes.Query("Example.com", RecordType.A, id: 0xBEEF, ednsLength: 1400);

        var answer = byTcp ? await ByTcpAsync(server.EndPoint, query) : await ByUdpAsync(server.EndPoint, query);

        Assert.Equal(0xBE, answer[0]);
        Assert.Equal(0xEF, answer[1]);
        Assert.Equal(query[12..], answer[12..query.Length]);
        Assert.Equal(99, answer[^1]);
    }

    [Fact]
    public async Task An_answer_to_another_question_or_with_another_id_is_not_taken()
    {
        var upstream = Upstream(
            query => Reply([(byte)(query[0] ^ 1), .. query[1..]], ResponseCode.NoError, extra: 1),
            query => Reply(Bytes.Query("other.com", RecordType.A, id: (ushort)((query[0] << 8) | query[1])), ResponseCode.NoError, extra: 2),
            query => query,
            query => Reply(query, ResponseCode.NoError, extra: 3));
        var server = Start(Sample.View(upstream));

        var answer = await ByUdpAsync(server.EndPoint, Bytes.Query("example.com", RecordType.A));

        Assert.Equal(3, answer[^1]);
    }

    [Fact]
    public async Task A_server_that_refuses_is_followed_by_the_next_one()
    {
        var server = Start(Sample.View(
            Upstream(query => Reply(query, ResponseCode.Refused)), Upstream(query => Reply(query, ResponseCode.NameError))));

        Assert.Equal(ResponseCode.NameError, Bytes.Code(await ByUdpAsync(server.EndPoint, Bytes.Query("example.com", RecordType.A))));
    }

    [Fact]
    public async Task Where_all_refuse_the_last_refusal_is_the_answer()
    {
        var server = Start(Sample.View(Upstream(query => Reply(query, ResponseCode.Refused)), Upstream(query => Reply(query, ResponseCode.ServerFailure, extra: 5))));

        var answer = await ByUdpAsync(server.EndPoint, Bytes.Query("example.com", RecordType.A));

        Assert.Equal((ResponseCode.ServerFailure, 5), (Bytes.Code(answer), answer[^1]));
    }

    [Fact]
    public async Task A_server_that_is_silent_costs_its_time_and_own_names_are_answered_meanwhile()
    {
        var server = Start(Sample.View(Upstream(_ => []), Upstream(query => Reply(query, ResponseCode.NameError))));
        var slow = ByUdpAsync(server.EndPoint, Bytes.Query("example.com", RecordType.A));

        for (var i = 0; i < 100; i++)
            Assert.Equal(ResponseCode.NoError, Bytes.Code(await ByUdpAsync(server.EndPoint, Bytes.Query("db", RecordType.A))));

        Assert.Equal(ResponseCode.NameError, Bytes.Code(await slow));
    }

    [Fact]
    public async Task Who_is_not_of_this_host_gets_no_answer()
    {
        var strangers = 0;
        var server = Start(Sample.View(), _ => Interlocked.Increment(ref strangers) > 1);
        using var client = new UdpClient();
        client.Connect(server.EndPoint);

        await client.SendAsync(Bytes.Query("db", RecordType.A, id: 1), Cancel);
        await client.SendAsync(Bytes.Query("db", RecordType.A, id: 2), Cancel);

        Assert.Equal(2, (await client.ReceiveAsync(Cancel)).Buffer[1]);
    }

    [Fact]
    public void An_address_that_is_not_there_is_said_at_once() =>
        Assert.Throws<SocketException>(() => NameServer.Listen(new(IPAddress.Parse("203.0.113.1"), 0), _ => true, TimeProvider.System, NullLogger.Instance));

    private NameServer Start(NameView view, Func<IPAddress, bool>? isOwn = null)
    {
        var server = OnFreePort(() => NameServer.Listen(new(IPAddress.Loopback, 0), isOwn ?? (_ => true), TimeProvider.System, NullLogger.Instance));
        server.Use(view);
        _running.Add(server.RunAsync(_stop.Token));
        _owned.Add(server);
        return server;
    }

    /// <summary>A server by UDP and TCP that gives these answers to every query, none where one is empty.</summary>
    private IPEndPoint Upstream(params Func<byte[], byte[]>[] answers)
    {
        var (udp, tcp) = OnFreePort(() =>
        {
            var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var connections = new TcpListener((IPEndPoint)datagrams.Client.LocalEndPoint!);
            connections.Start();
            return (datagrams, connections);
        });
        _owned.AddRange([udp, tcp]);
        _running.Add(UdpAsync());
        _running.Add(TcpAsync());
        return (IPEndPoint)udp.Client.LocalEndPoint!;

        async Task UdpAsync()
        {
            while (true)
            {
                var query = await udp.ReceiveAsync(_stop.Token);
                foreach (var answer in answers.Select(answer => answer(query.Buffer)).Where(answer => answer.Length > 0))
                    await udp.SendAsync(answer, query.RemoteEndPoint, _stop.Token);
            }
        }

        async Task TcpAsync()
        {
            while (true)
            {
                using var client = await tcp.AcceptTcpClientAsync(_stop.Token);
                var query = new byte[ushort.MaxValue];
                var length = await TcpFraming.ReadAsync(client.GetStream(), query, _stop.Token);
                await TcpFraming.WriteAsync(client.GetStream(), answers[0](query[..length]), _stop.Token);
            }
        }
    }

    /// <summary>A port that is free by UDP may be taken by TCP: another one is tried.</summary>
    private static T OnFreePort<T>(Func<T> listen)
    {
        for (var tries = 0; ; tries++)
            try
            {
                return listen();
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse && tries < 20)
            {
            }
    }

    private static byte[] Reply(byte[] query, ResponseCode code, byte extra = 0)
    {
        byte[] answer = [.. query, extra];
        answer[2] |= 0x80;
        answer[3] = (byte)code;
        return answer;
    }

    private static async Task<byte[]> ByUdpAsync(IPEndPoint server, byte[] query)
    {
        using var client = new UdpClient();
        client.Connect(server);
        await client.SendAsync(query, Cancel);
        return (await client.ReceiveAsync(Cancel)).Buffer;
    }

    private static async Task<byte[]> ByTcpAsync(IPEndPoint server, byte[] query)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, Cancel);
        await TcpFraming.WriteAsync(client.GetStream(), query, Cancel);
        var answer = new byte[ushort.MaxValue];
        return answer[..await TcpFraming.ReadAsync(client.GetStream(), answer, Cancel)];
    }
}
