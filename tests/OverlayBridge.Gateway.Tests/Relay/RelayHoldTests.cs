using static OverlayBridge.Gateway.Relay.RelayTexts;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What a hold keeps, and what becomes of it when the store has changed hands.</summary>
public sealed class RelayHoldTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
        await RelayHost.UntilAsync(() => host.Gate.Held == 2);
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
        await RelayHost.UntilAsync(() => host.Gate.Held == 2);
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
        await RelayHost.UntilAsync(() => host.Relay.OldConnections == 0);
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
        await RelayHost.UntilAsync(() => host.Gate.Held == 1);
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
            await RelayHost.UntilAsync(() => host.Gate.Held == 1);
        using var second = await host.ConnectAsync();
        await second.SendAsync(Put);
        Assert.EndsWith("No cluster leader", await second.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(store.HasConnection);
    }

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
}
