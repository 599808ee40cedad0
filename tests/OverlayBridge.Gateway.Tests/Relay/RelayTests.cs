using System.Text;
using CsCheck;
using OverlayBridge.Gateway.Recorded;

namespace OverlayBridge.Gateway.Relay;

public sealed class RelayTests
{
    private const string Get = "GET /v1/kv/docker/nodes?recurse= HTTP/1.1\r\nHost: old:8500\r\n\r\n";
    private const string Poll = "GET /v1/kv/docker/nodes?index=7&wait=15000ms HTTP/1.1\r\nHost: old:8500\r\n\r\n";
    private const string Put = "PUT /v1/kv/docker/x?cas=7 HTTP/1.1\r\nHost: old:8500\r\nContent-Length: 5\r\n\r\nvalue";
    private const string True = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_exchange_passes_both_ways_without_a_changed_byte()
    {
        var exchanges = Exchange.ReadAll(TestFiles.Fixture("consul-http/exchanges.txt"));
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        FakeConnection? old = null;
        foreach (var exchange in exchanges)
        {
            var (request, answer) = (RequestBytes(exchange), AnswerBytes(exchange));
            await client.SendAsync(request);
            old ??= await store.ConnectionAsync();
            Assert.True(IsSame(request, await old.ReadAsync(request.Length)), $"request {exchange}");
            await old.SendAsync(answer);
            Assert.True(IsSame(answer, await client.ReadAsync(answer.Length)), $"answer to {exchange}");
        }
        Assert.True(exchanges.Count > 500);
        Assert.False(store.HasConnection, "the connection to the old store is kept");
    }

    [Fact]
    public async Task Whatever_the_framing_and_however_it_is_cut_bytes_pass_unchanged()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        await Gen.Select(Gen.Select(RequestText, AnswerText).Array[1, 4], Gen.Int[1, 40]).SampleAsync(
            async (exchanges, cut) =>
            {
                using var client = await host.ConnectAsync();
                FakeConnection? old = null;
                foreach (var (request, answer) in exchanges)
                {
                    var sending = SendInPartsAsync(client, request, cut);
                    old ??= await store.ConnectionAsync();
                    await old.ExpectAsync(request);
                    await sending;
                    sending = SendInPartsAsync(old, answer, cut);
                    await client.ExpectAsync(answer);
                    await sending;
                }
                client.EndSending();
                Assert.Equal("", await client.ReadToEndAsync());
                old!.Dispose();
            },
            iter: 60, threads: 1);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbroken", false)]
    [InlineData("not HTTP at all\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncut", true)]
    public async Task An_answer_that_ends_with_its_connection_ends_the_clients(string answer, bool isCut)
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Get);
        using (var old = await store.ConnectionAsync())
        {
            await old.ExpectAsync(Get);
            await old.SendAsync(answer);
        }
        Assert.True(isCut || answer.Length > 0);
        Assert.Equal(answer, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n folded: 1\r\n\r\n")]
    [InlineData("PUT /v1/kv/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("PUT /v1/kv/a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task What_readers_may_take_for_different_requests_goes_to_the_old_store_as_it_is_and_ends_the_connection(string request)
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(request);
        using var old = await store.ConnectionAsync();
        await old.ExpectAsync(request);
        const string refused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 15\r\n\r\n400 Bad Request";
        await old.SendAsync(refused);
        Assert.Equal(refused, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_waits_for_100_continue_gets_it_before_it_sends_its_body()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        const string head = "PUT /v1/kv/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
        await client.SendAsync(head);
        var old = await store.ConnectionAsync();
        await old.ExpectAsync(head);
        await old.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("value");
        await old.ExpectAsync("value");
        await old.SendAsync(True);
        await client.ExpectAsync(True);
    }

    [Fact]
    public async Task An_answer_that_nobody_reads_holds_its_sender_up()
    {
        const int much = 256 * 1024 * 1024;
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Get);
        var old = await store.ConnectionAsync();
        await old.ExpectAsync(Get);
        await old.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {much}\r\n\r\n");
        var sent = 0L;
        var sending = Task.Run(async () =>
        {
            for (var block = new byte[64 * 1024]; sent < much; sent += block.Length)
                await old.SendAsync(block);
        }, Token);
        // It stands still far from the end: nobody between the two keeps what is not read.
        for (var before = -1L; before != Interlocked.Read(ref sent) || before == 0;)
        {
            before = Interlocked.Read(ref sent);
            await Task.Delay(300, Token);
        }
        Assert.True(sent < much / 2, $"{sent} bytes were taken without a reader");
        await client.ReadHeadAsync();
        for (var read = 0; read < much; read += 1024 * 1024)
            await client.ReadAsync(1024 * 1024);
        await sending;
    }

    [Fact]
    public async Task A_client_that_goes_takes_its_connection_to_the_old_store_with_it()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        var client = await host.ConnectAsync();
        await client.SendAsync(Poll);
        var old = await store.ConnectionAsync();
        await old.ExpectAsync(Poll);
        Assert.Equal(1, host.Relay.OldConnections);
        client.Dispose();
        Assert.Equal("", await old.ReadToEndAsync());
        await UntilAsync(() => host.Relay.OldConnections == 0);
    }

    [Fact]
    public async Task A_client_that_sends_no_more_still_gets_its_answer()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store, with: options => options with { Grace = TimeSpan.FromSeconds(30) });
        using var client = await host.ConnectAsync();
        await client.SendAsync(Put);
        client.EndSending();
        var old = await store.ConnectionAsync();
        await old.ExpectAsync(Put);
        await old.SendAsync(True);
        Assert.Equal(True, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task While_the_old_store_is_away_for_a_moment_nobody_notices_and_reads_that_waited_there_are_asked_again()
    {
        var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Poll);
        using (var old = await store.ConnectionAsync())
            await old.ExpectAsync(Poll);
        await store.DisposeAsync();
        await using var again = FakeStore.Start(store.Address.Port);
        using var second = await again.ConnectionAsync();
        await second.ExpectAsync(Poll);
        await second.SendAsync(True);
        await client.ExpectAsync(True);
    }

    [Fact]
    public async Task While_the_old_store_is_away_for_long_clients_hear_what_Consul_says_without_a_leader()
    {
        var store = FakeStore.Start();
        await store.DisposeAsync();
        await using var host = await RelayHost.StartAsync(store, with: options => options with { OldStoreWait = TimeSpan.FromMilliseconds(100) });
        using var client = await host.ConnectAsync();
        await client.SendAsync(Put);
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nNo cluster leader", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_was_on_its_way_when_the_old_store_broke_is_never_sent_again()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Put);
        using (var old = await store.ConnectionAsync())
            await old.ExpectAsync(Put);
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.False(store.HasConnection);
    }

    [Fact]
    public async Task A_hold_lets_writes_end_takes_reads_back_keeps_new_requests_and_says_when_it_is_quiet()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var writer = await host.ConnectAsync();
        await writer.SendAsync(Put);
        using var oldWriter = await store.ConnectionAsync();
        await oldWriter.ExpectAsync(Put);
        using var poller = await host.ConnectAsync();
        await poller.SendAsync(Poll);
        using var oldPoller = await store.ConnectionAsync();
        await oldPoller.ExpectAsync(Poll);

        host.Gate.Turn(RelayStance.Holding);

        Assert.Equal("", await oldPoller.ReadToEndAsync());
        var quiet = host.Gate.QuietAsync(Token);
        using var late = await host.ConnectAsync();
        await late.SendAsync(Put);
        await UntilAsync(() => host.Gate.Held == 2);
        Assert.False(quiet.IsCompleted);
        await oldWriter.SendAsync(True);
        await writer.ExpectAsync(True);
        await quiet.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.False(store.HasConnection);

        // And given up: what waited goes where it wanted to go.
        host.Gate.Turn(RelayStance.Passing);
        foreach (var _ in (string[])[Put, Poll])
        {
            var old = await store.ConnectionAsync();
            var head = await old.ReadHeadAsync();
            if (head.StartsWith("PUT", StringComparison.Ordinal))
                await old.ExpectAsync("value");
            else
                Assert.Equal(Poll, head);
            await old.SendAsync(True);
        }
        await late.ExpectAsync(True);
        await poller.ExpectAsync(True);
        Assert.Equal(0, host.Gate.Held);
    }

    [Fact]
    public async Task When_the_store_has_changed_hands_all_connections_are_answered_by_this_one()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var poller = await host.ConnectAsync();
        await poller.SendAsync(Poll);
        await (await store.ConnectionAsync()).ExpectAsync(Poll);
        using var idle = await host.ConnectAsync();
        await idle.SendAsync(Get);
        using var oldIdle = await store.ConnectionAsync();
        await oldIdle.ExpectAsync(Get);
        await oldIdle.SendAsync(True);
        await idle.ExpectAsync(True);
        using var half = await host.ConnectAsync();
        await half.SendAsync(Put[..30]);

        host.Gate.Turn(RelayStance.Holding);
        using var held = await host.ConnectAsync();
        await held.SendAsync(Put);
        await UntilAsync(() => host.Gate.Held == 2);
        host.Gate.Turn(RelayStance.Serving);

        await ExpectNewAsync(held, "PUT /v1/kv/docker/x?cas=7 value");
        await ExpectNewAsync(poller, "GET /v1/kv/docker/nodes?index=7&wait=15000ms ");
        await idle.SendAsync(Get + Put);
        await ExpectNewAsync(idle, "GET /v1/kv/docker/nodes?recurse= ");
        await ExpectNewAsync(idle, "PUT /v1/kv/docker/x?cas=7 value");
        await half.SendAsync(Put[30..]);
        await ExpectNewAsync(half, "PUT /v1/kv/docker/x?cas=7 value");
        using var late = await host.ConnectAsync();
        await late.SendAsync(Get);
        await ExpectNewAsync(late, "GET /v1/kv/docker/nodes?recurse= ");
        await UntilAsync(() => host.Relay.OldConnections == 0);
        Assert.False(store.HasConnection);
        Assert.Throws<InvalidOperationException>(() => host.Gate.Turn(RelayStance.Passing));
    }

    [Fact]
    public async Task An_answer_that_has_begun_when_a_hold_begins_comes_to_its_end()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Get);
        using var old = await store.ConnectionAsync();
        await old.ExpectAsync(Get);
        await old.SendAsync(True[..^2]);
        await client.ExpectAsync(True[..^2]);
        host.Gate.Turn(RelayStance.Holding);
        await host.Gate.QuietAsync(Token);
        await old.SendAsync(True[^2..]);
        await client.ExpectAsync(True[^2..]);
    }

    [Fact]
    public async Task A_relay_that_was_told_nothing_yet_passes_nothing_on()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store, stance: null);
        using var client = await host.ConnectAsync();
        await client.SendAsync(Get);
        await UntilAsync(() => host.Gate.Held == 1);
        Assert.False(store.HasConnection);
    }

    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(100, 100)]
    public async Task What_cannot_be_held_any_more_is_answered_as_without_a_leader(int most, int milliseconds)
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(
            store, RelayStance.Holding, options => options with { MaxHeld = most, HeldFor = TimeSpan.FromMilliseconds(milliseconds) });
        using var first = await host.ConnectAsync();
        await first.SendAsync(Put);
        if (most == 1)
            await UntilAsync(() => host.Gate.Held == 1);
        using var second = await host.ConnectAsync();
        await second.SendAsync(Put);
        Assert.EndsWith("No cluster leader", await second.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(store.HasConnection);
    }

    [Fact]
    public async Task More_connections_than_the_limit_are_closed()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store, with: options => options with { MaxConnections = 1 });
        using var first = await host.ConnectAsync();
        await UntilAsync(() => host.Relay.Clients(10).Length == 1);
        using var second = await host.ConnectAsync();
        Assert.Equal("", await second.ReadToEndAsync());
    }

    private static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static async Task ExpectNewAsync(FakeConnection client, string asked)
    {
        var head = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        var text = $"new store: {asked}";
        if (!head.Contains("chunked", StringComparison.Ordinal))
        {
            await client.ExpectAsync(text);
            return;
        }
        await client.ExpectAsync($"{text.Length:x}\r\n{text}\r\n0\r\n\r\n");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = FakeConnection.Limit();
        while (!condition())
            await Task.Delay(10, limit.Token);
    }

    private static async Task SendInPartsAsync(FakeConnection connection, string text, int cut)
    {
        for (var at = 0; at < text.Length; at += cut)
        {
            await connection.SendAsync(text.Substring(at, Math.Min(cut, text.Length - at)));
            await Task.Yield();
        }
    }

    private static readonly Gen<string> Bytes = Gen.Char[(char)0, (char)255].Array[0, 300].Select(static bytes => new string(bytes));

    private static readonly Gen<string> ChunkedBody = Gen.Select(
        Bytes.Where(static bytes => bytes.Length > 0).Array[0, 4], Gen.OneOf(Gen.Const(""), Gen.Const(";ext=1"), Gen.Const(" ")), Gen.OneOf(Gen.Const(""), Gen.Const("Trailer: 1\r\n")),
        static (chunks, extension, trailer) => $"{string.Concat(chunks.Select(chunk => $"{chunk.Length:X}{extension}\r\n{chunk}\r\n"))}0{extension}\r\n{trailer}\r\n");

    private static readonly Gen<string> RequestText = Gen.OneOf(
        Gen.Const(Get), Gen.Const("DELETE /v1/kv/x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bytes.Select(static body => $"PUT /v1/kv/x HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        Bytes.Select(static body => $"GET /v1/kv/x HTTP/1.1\nContent-Length: {body.Length}\n\n{body}"),
        ChunkedBody.Select(static body => $"PUT /v1/txn HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n{body}"));

    private static readonly Gen<string> AnswerText = Gen.OneOf(
        Gen.Const(True), Gen.Const("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"), Gen.Const("HTTP/1.1 204 No Content\r\n\r\n"),
        Bytes.Select(static body => $"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 x\r\ncontent-length:{body.Length}\r\n\r\n{body}"),
        ChunkedBody.Select(static body => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));

    private static byte[] RequestBytes(Exchange exchange)
    {
        var head = new StringBuilder($"{exchange.Method} {exchange.Target} HTTP/1.1\r\nHost: 127.0.0.1:8500\r\n");
        foreach (var (name, value) in exchange.RequestHeaders)
            head.Append($"{name}: {value}\r\n");
        var body = exchange.Body ?? [];
        if (!exchange.Chunked)
            return [.. Encoding.Latin1.GetBytes($"{head}{(exchange.Body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n"), .. body];
        var chunk = body.Length == 0 ? "" : $"{body.Length:x}\r\n{Encoding.Latin1.GetString(body)}\r\n";
        return Encoding.Latin1.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    }

    private static byte[] AnswerBytes(Exchange exchange)
    {
        var head = new StringBuilder($"HTTP/1.1 {exchange.Status} Recorded\r\n");
        foreach (var (name, value) in exchange.Headers.Where(static header => header.Key is not ("content-length" or "transfer-encoding" or "connection")))
            head.Append($"{name}: {value}\r\n");
        var hasBody = exchange.Method != "HEAD" && exchange.Status is not (204 or 304);
        return [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {exchange.Answer.Length}\r\n\r\n"), .. hasBody ? exchange.Answer : []];
    }
}
