using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class GatheringTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Gathering _gathering;

    public GatheringTests() => _gathering = new Gathering(10, _time);

    [Fact]
    public async Task Those_who_were_served_are_waited_for_beside_those_who_came_meanwhile()
    {
        Round(came: 2, meanwhile: 2);
        var waiting = _gathering.WaitAsync().AsTask();
        _gathering.Come();
        Assert.False(waiting.IsCompleted);
        _gathering.Come();
        await waiting;
    }

    [Fact]
    public async Task No_more_are_waited_for_than_there_is_room_for()
    {
        Round(came: 8, meanwhile: 9);
        var waiting = _gathering.WaitAsync().AsTask();
        _gathering.Come();
        await waiting;
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_last_round_took()
    {
        Round(came: 2, meanwhile: 1);
        var waiting = _gathering.WaitAsync().AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
    }

    [Fact]
    public void Who_comes_later_than_that_finds_nothing_to_wait_for()
    {
        Round(came: 2, meanwhile: 0);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        _gathering.Come();
        Assert.True(_gathering.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Where_nobody_comes_back_the_next_rounds_do_not_wait()
    {
        Round(came: 2, meanwhile: 1);
        var waiting = _gathering.WaitAsync().AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(3));
        await waiting;
        for (var round = 0; round < 2; round++)
        {
            Round(came: 0, meanwhile: 1);
            Assert.True(_gathering.WaitAsync().AsTask().IsCompleted);
        }
        Round(came: 0, meanwhile: 1);
        Assert.False(_gathering.WaitAsync().AsTask().IsCompleted);
    }

    /// <summary>A round of 3 ms.</summary>
    /// <param name="came">Before it, beside those of the round before.</param>
    private void Round(int came, int meanwhile)
    {
        Come(came);
        _gathering.Begin(came == 0 ? 1 : came);
        Come(meanwhile);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        _gathering.End();
    }

    private void Come(int count)
    {
        for (var i = 0; i < count; i++)
            _gathering.Come();
    }
}
