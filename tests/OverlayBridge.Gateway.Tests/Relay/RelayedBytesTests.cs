using CsCheck;
using OverlayBridge.Gateway.Recorded;
using static OverlayBridge.Gateway.Relay.RelayTexts;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What passes between a client and the old store: each byte as it came, and no more of them than are read.</summary>
public sealed class RelayedBytesTests
{
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

    private static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static async Task SendInPartsAsync(FakeConnection connection, string text, int cut)
    {
        for (var at = 0; at < text.Length; at += cut)
        {
            await connection.SendAsync(text.Substring(at, Math.Min(cut, text.Length - at)));
            await Task.Yield();
        }
    }
}
