using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Serve;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Tests.Serve;

/// <summary>The loop around <see cref="HeartbeatWatch"/>, on a real store, by a clock of the test's.</summary>
public sealed class HostMonitorTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DateTimeOffset _start;
    private ulong _sequence;
    private ReplicatedStore _store = null!;

    public HostMonitorTests() => _start = _time.GetUtcNow();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await ReplicatedStore.OpenAsync(
        new StoreOptions { DataFolder = _folder.File("data"), RaftAddress = FreeAddress(), MinimumFreeBytes = 0 },
        TimeProvider.System, NullLoggerFactory.Instance, Token);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_silent_host_is_marked_as_lost_and_one_that_is_heard_of_or_unreadable_is_left_alone()
    {
        await SetAsync("silent", Record("silent"));
        await SetAsync("heard", Record("heard"));
        await _store.ExecuteAsync(new SetCommand(StoreKey.FromText(BridgeKeys.Host("broken")), [(byte)'{'], 0), Token);
        using var monitor = new HostMonitor(_store, _time, NullLogger<HostMonitor>.Instance);
        await monitor.StartAsync(Token);

        var silent = await PassTimeUntilLostAsync("silent", heartbeatOf: "heard");
        Assert.Equal(Record("silent") with { State = HostState.Lost, Since = silent.Since }, silent);
        Assert.InRange(silent.Since, _start + HeartbeatWatch.Patience, _time.GetUtcNow());
        Assert.Equal(Record("heard"), await ReadAsync("heard"));
        await PassTimeUntilLostAsync("heard", heartbeatOf: null);
        await monitor.StopAsync(Token);
    }

    /// <summary>Lets seconds pass, in each of which one host is heard of, until the other is lost.</summary>
    private async Task<HostRecord> PassTimeUntilLostAsync(string host, string? heartbeatOf)
    {
        while (true)
        {
            if (heartbeatOf is not null)
                await BeatAsync(heartbeatOf);
            _time.Advance(TimeSpan.FromSeconds(1));
            var record = await ReadAsync(host);
            if (record.State == HostState.Lost)
                return record;
            await Task.Delay(5, Token);
        }
    }

    private static HostRecord Record(string name) => new(
        name, "engine", "20.10.5", IPAddress.Parse("10.0.0.1"), null, HostState.Up, EngineState.Up,
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "0.1.0");

    private async Task SetAsync(string host, HostRecord record) =>
        await _store.ExecuteAsync(new SetCommand(StoreKey.FromText(BridgeKeys.Host(host)), [.. BridgeRecords.Encode(record)], 0), Token);

    [Fact]
    public async Task Agents_of_an_earlier_version_are_heard_where_they_write()
    {
        await SetAsync("earlier", Record("earlier"));
        await SetAsync("silent", Record("silent"));
        using var monitor = new HostMonitor(_store, _time, NullLogger<HostMonitor>.Instance);
        await monitor.StartAsync(Token);
        while ((await ReadAsync("silent")).State != HostState.Lost)
        {
            await BeatAsync("earlier", BridgeKeys.FormerHeartbeat("earlier"));
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Token);
        }
        Assert.Equal(HostState.Up, (await ReadAsync("earlier")).State);
        await monitor.StopAsync(Token);
    }

    private Task BeatAsync(string host) => BeatAsync(host, BridgeKeys.Heartbeat(host));

    private async Task BeatAsync(string host, string key)
    {
        var beat = BridgeRecords.Encode(new HeartbeatRecord(++_sequence, _time.GetUtcNow(), host));
        await _store.ExecuteAsync(new SetCommand(StoreKey.FromText(key), [.. beat], 0), Token);
    }

    private async Task<HostRecord> ReadAsync(string host)
    {
        var entry = (await _store.ReadKeyAsync(StoreKey.FromText(BridgeKeys.Host(host)), ReadOptions.Default, Token)).Value!;
        return BridgeRecords.Decode<HostRecord>(host, entry.Value.AsSpan());
    }

    private static IPEndPoint FreeAddress() => IPEndPoint.Parse(ServeProcess.FreeAddress());
}
