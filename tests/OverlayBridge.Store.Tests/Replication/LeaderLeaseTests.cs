using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class LeaderLeaseTests : IDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _leadership = new();
    private readonly LeaderLease _lease;

    public LeaderLeaseTests() => _lease = new LeaderLease(Length, _time);

    public void Dispose() => _leadership.Dispose();

    [Fact]
    public void There_is_none_before_a_majority_has_answered() => Assert.False(_lease.Covers(_leadership.Token));

    [Fact]
    public void It_runs_from_the_beginning_of_the_round_and_not_from_its_end()
    {
        var begun = _lease.Now;
        _time.Advance(TimeSpan.FromSeconds(0.9));
        _lease.Confirm(begun, _leadership.Token);
        Assert.True(_lease.Covers(_leadership.Token));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(_lease.Covers(_leadership.Token));
    }

    [Fact]
    public void A_round_that_ends_late_does_not_shorten_it()
    {
        var earlier = _lease.Now;
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _lease.Confirm(_lease.Now, _leadership.Token);
        _lease.Confirm(earlier, _leadership.Token);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.True(_lease.Covers(_leadership.Token));
    }

    [Fact]
    public void It_ends_with_the_leadership()
    {
        _lease.Confirm(_lease.Now, _leadership.Token);
        _leadership.Cancel();
        Assert.False(_lease.Covers(_leadership.Token));
    }

    [Fact]
    public void The_next_leadership_of_the_same_node_has_to_ask_first()
    {
        using var next = new CancellationTokenSource();
        _lease.Confirm(_lease.Now, _leadership.Token);
        Assert.False(_lease.Covers(next.Token));
        _lease.Confirm(_lease.Now, next.Token);
        Assert.True(_lease.Covers(next.Token));
    }

    [Fact]
    public void The_next_round_is_due_long_before_its_end()
    {
        _lease.Confirm(_lease.Now, _leadership.Token);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.False(_lease.IsAgeing(_leadership.Token));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_lease.IsAgeing(_leadership.Token));
    }
}
