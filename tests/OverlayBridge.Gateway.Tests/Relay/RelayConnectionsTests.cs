using static OverlayBridge.Gateway.Relay.RelayTexts;

namespace OverlayBridge.Gateway.Relay;

/// <summary>Connections that end, on either side, and their number.</summary>
public sealed class RelayConnectionsTests
{
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
        await RelayHost.UntilAsync(() => host.Relay.OldConnections == 0);
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
    public async Task More_connections_than_the_limit_are_closed()
    {
        await using var store = FakeStore.Start();
        await using var host = await RelayHost.StartAsync(store, with: options => options with { MaxConnections = 1 });
        using var first = await host.ConnectAsync();
        await RelayHost.UntilAsync(() => host.Relay.Clients(10).Length == 1);
        using var second = await host.ConnectAsync();
        Assert.Equal("", await second.ReadToEndAsync());
    }
}
