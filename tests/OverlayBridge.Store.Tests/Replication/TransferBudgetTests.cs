using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class TransferBudgetTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_small_state_has_the_shortest_time_so_that_a_silent_leader_is_noticed_soon() =>
        Assert.Equal(Second, TransferBudget.For(snapshotBytes: 1 << 20, logBytes: 16 << 20, Second));

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void One_request_may_take_three_times_as_long_as_the_state_needs(int mebibytes)
    {
        var needed = (mebibytes + 16) * 1.048576 / 70;
        Assert.True(TransferBudget.For((long)mebibytes << 20, 16 << 20, Second).TotalSeconds >= 3 * needed);
    }

    [Fact]
    public void No_size_makes_it_longer_than_a_minute() =>
        Assert.Equal(TimeSpan.FromMinutes(1), TransferBudget.For(long.MaxValue / 4, 16 << 20, Second));
}
