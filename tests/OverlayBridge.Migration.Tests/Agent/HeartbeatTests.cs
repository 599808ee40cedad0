using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent;

public sealed class HeartbeatTests : IAsyncDisposable
{
    private static readonly string Key = BridgeKeys.Heartbeat("h1");
    private static readonly string Former = BridgeKeys.FormerHeartbeat("h1");

    private readonly KeyStore store = new();
    private readonly Background background = new();
    private ulong sequence;

    public ValueTask DisposeAsync() => background.DisposeAsync();

    [Fact]
    public async Task Where_no_agent_was_and_after_a_restart_of_the_same_one_the_name_is_claimed_at_once()
    {
        var first = Claim("a");
        await background.AtOnceAsync(() => first.IsCompletedSuccessfully);
        Beat(Key, "a");
        var again = Claim("a");
        await background.AtOnceAsync(() => again.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(false, "b")]
    [InlineData(true, "")]
    public async Task The_name_of_an_agent_that_is_gone_is_claimed_after_some_of_its_intervals(bool earlierVersion, string agent)
    {
        Beat(earlierVersion ? Former : Key, agent);
        var began = background.Time.GetUtcNow();
        var claim = Claim("a");
        await background.UntilAsync(() => claim.IsCompletedSuccessfully);
        Assert.InRange(background.Time.GetUtcNow() - began, TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_agent_is_refused_while_the_first_one_lives_and_is_told_where_that_is(bool earlierVersion)
    {
        store.Set(BridgeKeys.Host("h1"), BridgeRecords.Encode(new HostRecord(
            "h1", "ENGINE", "20.10.5", IPAddress.Parse("10.0.0.9"), null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "1")));
        Beat(earlierVersion ? Former : Key, earlierVersion ? "" : "b");
        var claim = Claim("a");
        var since = background.Time.GetTimestamp();
        await background.UntilAsync(() =>
        {
            if (background.Time.GetElapsedTime(since) >= TimeSpan.FromSeconds(5))
            {
                since = background.Time.GetTimestamp();
                Beat(earlierVersion ? Former : Key, earlierVersion ? "" : "b");
            }
            return claim.IsCompleted;
        });
        var refusal = await Assert.ThrowsAsync<HostNameTakenException>(() => claim);
        Assert.Contains("'h1'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("10.0.0.9", refusal.Cause, StringComparison.Ordinal);
        Assert.Contains("--host-name", refusal.Remedy, StringComparison.Ordinal);
        Assert.Empty(store.Writes);
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_is_concluded()
    {
        store.IsAway = true;
        var claim = Claim("a");
        background.Time.Advance(TimeSpan.FromMinutes(1));
        await background.UntilAsync(() => store.Refused > 3);
        Assert.False(claim.IsCompleted);
        store.IsAway = false;
        await background.UntilAsync(() => claim.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Of_two_that_began_at_the_same_moment_one_gives_way()
    {
        var (first, second) = (Run("a"), Run("b"));
        await background.UntilAsync(() => second.IsFaulted);
        await Assert.ThrowsAsync<HostNameTakenException>(() => second);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task The_key_of_an_earlier_version_goes_once_the_new_one_is_written()
    {
        Beat(Former, "");
        _ = Run("a");
        await background.AtOnceAsync(() => store[Key] is not null && store[Former] is null);
    }

    [Fact]
    public async Task With_a_token_of_an_earlier_version_heartbeats_go_where_that_allows_them()
    {
        store.Denies = static key => key == Key;
        _ = Run("a");
        await background.AtOnceAsync(() => store[Former] is not null);
        var before = store[Former];
        await background.UntilAsync(() => store[Former] != before);
        Assert.Null(store[Key]);
        Assert.Single(store.Writes, $"put {Key}");
    }

    private Task Claim(string agent) => Start(Of(agent).ClaimAsync);

    private Task Run(string agent) => Start(Of(agent).RunAsync);

    /// <summary>Apart from the background's own tasks: it may fail.</summary>
    private Task Start(Func<CancellationToken, Task> work)
    {
        var started = new TaskCompletionSource<Task>();
        background.Run(token =>
        {
            var task = work(token);
            started.SetResult(task);
            return task.ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        return started.Task.Result;
    }

    private Heartbeat Of(string agent) => new(
        store, background.Absence, new AgentOptions("h1", IPAddress.Parse("10.0.0.1"), "/run/docker/netns", "/tmp", "1") { AgentId = agent }, background.Time, NullLogger.Instance);

    private void Beat(string key, string agent) => store.Set(key, BridgeRecords.Encode(new HeartbeatRecord(++sequence, DateTimeOffset.UnixEpoch, agent)));
}
