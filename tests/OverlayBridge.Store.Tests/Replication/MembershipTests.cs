using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class MembershipTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_that_cost_the_leadership_counts_as_done_when_the_list_of_members_follows_a_moment_later()
    {
        var time = new FakeTimeProvider();
        var looks = 0;
        var settling = Membership.SettlesAsync(() => ++looks > 5, time, Token);
        while (!settling.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Token);
        }
        Assert.True(await settling);
    }

    [Fact]
    public async Task A_change_that_never_comes_is_given_up_after_some_seconds()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        var settling = Membership.SettlesAsync(static () => false, time, Token);
        while (!settling.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Token);
        }
        Assert.False(await settling);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
    }
}
