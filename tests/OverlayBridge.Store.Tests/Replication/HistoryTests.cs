using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class HistoryTests : IDisposable
{
    private static readonly Origin Engine = new(OriginKind.Client, Address: "10.0.0.7", Program: "Go-http-client/1.1");
    private readonly TestStore _test = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_restart_keeps_the_history_from_the_log_and_from_a_snapshot()
    {
        var options = _test.Options with { SnapshotAfterBytes = 4096 };
        List<RecordedChange> before;
        await using (var store = await OpenAsync(options, Token))
        {
            for (var i = 0; i < 40; i++)
                await store.ExecuteAsync(Set($"k{i % 7}", new string((char)('a' + i % 26), 200)) with { By = Engine }, Token);
            before = [.. (await store.ReadStateAsync(ReadOptions.Default, Token)).Value.History.All()];
            Assert.True(store.Status.SnapshotIndex > 0);
        }
        await using var again = await OpenAsync(options, Token);
        var after = (await again.ReadStateAsync(ReadOptions.Default, Token)).Value.History.All().ToList();
        Assert.Equal(before, after);
        Assert.All(after, static change => Assert.Equal(Engine, change.By));
        Assert.All(after, static change => Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - change.At, 0, 3_600_000));
    }

    [Fact]
    public async Task The_limits_that_the_leader_was_started_with_come_into_force()
    {
        var limits = new HistoryLimits(5, 1 << 20, TimeSpan.FromDays(30));
        await using var store = await OpenAsync(_test.Options with { History = limits }, Token);
        for (var i = 0; i < 20; i++)
            await store.ExecuteAsync(Set("a", $"{i}"), Token);
        StoreHistory history;
        while ((history = (await store.ReadStateAsync(ReadOptions.Default, Token)).Value.History).Limits != limits)
            await Task.Delay(50, Token);
        Assert.Equal(5, history.Count);
    }

    [Fact]
    public async Task A_session_whose_time_ran_out_is_put_down_to_that()
    {
        await using var store = await _test.OpenAsync(Token);
        await store.ExecuteAsync(new CreateSessionCommand(new("s1", "", "n1", 0, "delete", "100ms", [], 0, 0) { Imported = false }) { By = Engine }, Token);
        await store.ExecuteAsync(new LockCommand(Key("docker/nodes/a"), Value("a"), 0, "s1") { By = Engine }, Token);
        while ((await store.ReadKeyAsync(Key("docker/nodes/a"), ReadOptions.Default, Token)).Value is not null)
            await Task.Delay(50, Token);
        var changes = (await store.ReadStateAsync(ReadOptions.Default, Token)).Value.History.All().ToList();
        Assert.Equal([Engine, Engine, Origin.Expiry, Origin.Expiry], changes.Select(static change => change.By));
        Assert.Equal("s1", Assert.IsType<RecordedKeyChange>(changes[^1]).Before!.Session);
    }
}
