using OverlayBridge.Store.State;
using OverlayBridge.Store.Watching;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Watching;

public sealed class WatchHubTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_between_registering_and_waiting_is_not_missed()
    {
        var hub = new WatchHub();
        using var watch = hub.Register(WatchScope.OfKey(Key("a")));
        hub.Notify([new KeyChange(Key("a"), false)]);
        Assert.Equal(WatchEnd.Changed, await WaitAsync(watch));
    }

    [Fact]
    public async Task Two_changes_before_a_wait_are_both_reported_with_what_they_ask_for()
    {
        var hub = new WatchHub();
        using var watch = hub.Register(WatchScope.OfPrefix(Key("a")));
        hub.Notify([new KeyChange(Key("a/1"), false), new KeyChange(Key("a/2"), true)]);
        Assert.Equal(WatchEnd.Changed, await WaitAsync(watch));
        Assert.Equal(WatchEnd.AnswerNow, await WaitAsync(watch));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a", true)]
    [InlineData("a/b", true)]
    [InlineData("a/b/", false)]
    [InlineData("b", false)]
    public async Task A_change_reaches_the_prefixes_of_its_key_and_no_others(string prefix, bool reached)
    {
        var hub = new WatchHub();
        using var watch = hub.Register(WatchScope.OfPrefix(Key(prefix)));
        hub.Notify([new KeyChange(Key("a/b"), false)]);
        Assert.Equal(reached ? WatchEnd.Changed : WatchEnd.TimedOut, await WaitAsync(watch, reached ? 60_000 : 0));
    }

    [Fact]
    public async Task A_waiter_on_a_key_is_not_reached_through_its_prefix_twin()
    {
        var hub = new WatchHub();
        using var key = hub.Register(WatchScope.OfKey(Key("a")));
        using var prefix = hub.Register(WatchScope.OfPrefix(Key("a")));
        hub.Notify([new KeyChange(Key("a/b"), false)]);
        Assert.Equal(WatchEnd.Changed, await WaitAsync(prefix));
        Assert.Equal(WatchEnd.TimedOut, await WaitAsync(key, 0));
    }

    [Fact]
    public void Nothing_is_kept_of_waiters_that_have_left()
    {
        var hub = new WatchHub();
        var first = hub.Register(WatchScope.OfPrefix(Key("a")));
        var second = hub.Register(WatchScope.OfPrefix(Key("a")));
        var third = hub.Register(WatchScope.OfKey(Key("a")));
        first.Dispose();
        Assert.Equal((2, 2), (hub.Waiters, hub.Scopes));
        second.Dispose();
        third.Dispose();
        Assert.Equal((0, 0), (hub.Waiters, hub.Scopes));
    }

    [Fact]
    public async Task A_restored_state_answers_everybody()
    {
        var hub = new WatchHub();
        using var key = hub.Register(WatchScope.OfKey(Key("a")));
        using var sessions = hub.Register(WatchScope.Sessions);
        hub.NotifyAll();
        Assert.Equal(WatchEnd.AnswerNow, await WaitAsync(key));
        Assert.Equal(WatchEnd.AnswerNow, await WaitAsync(sessions));
    }

    private static Task<WatchEnd> WaitAsync(WatchHub.Watch watch, int milliseconds = 60_000) =>
        watch.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, Token);
}
