using OverlayBridge.Serve;

namespace OverlayBridge.Tests.Serve;

public sealed class HeartbeatWatchTests
{
    [Fact]
    public void A_host_whose_heartbeat_stands_still_for_the_whole_patience_is_lost()
    {
        var (watch, _) = HeartbeatWatch.Empty.Observe(Seconds(100), [Host("h1", 5)]);
        (watch, var early) = watch.Observe(Seconds(114.9), [Host("h1", 5)]);
        Assert.Empty(early);
        (_, var late) = watch.Observe(Seconds(115), [Host("h1", 5)]);
        Assert.Equal(["h1"], late);
    }

    [Fact]
    public void A_heartbeat_gives_the_host_its_full_time_again()
    {
        var (watch, _) = HeartbeatWatch.Empty.Observe(Seconds(0), [Host("h1", 5), Host("h2", 6)]);
        (watch, _) = watch.Observe(Seconds(10), [Host("h1", 9), Host("h2", 6)]);
        (_, var lost) = watch.Observe(Seconds(20), [Host("h1", 9), Host("h2", 6)]);
        Assert.Equal(["h2"], lost);
    }

    [Fact]
    public void A_host_without_any_heartbeat_is_lost_like_one_that_fell_silent()
    {
        var (watch, _) = HeartbeatWatch.Empty.Observe(Seconds(0), [Host("h1", 0)]);
        Assert.Equal(["h1"], watch.Observe(Seconds(15), [Host("h1", 0)]).Lost);
    }

    [Fact]
    public void A_host_that_is_marked_already_is_not_named_again_but_one_whose_mark_failed_is()
    {
        var (watch, _) = HeartbeatWatch.Empty.Observe(Seconds(0), [Host("h1", 5), Host("h2", 6)]);
        (watch, _) = watch.Observe(Seconds(15), [Host("h1", 5), Host("h2", 6)]);
        Assert.Equal(["h2"], watch.Observe(Seconds(16), [Host("h1", 5) with { IsLost = true }, Host("h2", 6)]).Lost);
    }

    [Fact]
    public void A_host_that_was_removed_is_forgotten()
    {
        var (watch, _) = HeartbeatWatch.Empty.Observe(Seconds(0), [Host("h1", 5)]);
        (watch, _) = watch.Observe(Seconds(10), []);
        (watch, _) = watch.Observe(Seconds(20), [Host("h1", 5)]);
        Assert.Empty(watch.Observe(Seconds(30), [Host("h1", 5)]).Lost);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static HostSighting Host(string name, ulong heartbeat) => new(name, heartbeat, IsLost: false);
}
