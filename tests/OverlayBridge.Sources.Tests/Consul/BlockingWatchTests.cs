using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Sources.Tests.Consul;

public class BlockingWatchTests
{
    private static readonly WatchOptions Quick = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4));
    private static readonly SourceException Gone = new("gone", "gone", "gone");

    [Fact]
    public async Task Each_answer_is_asked_for_from_the_index_of_the_one_before()
    {
        var (events, asked) = await RunAsync(5, 5, 9, 12);
        Assert.Equal([0, 5, 5, 9], asked);
        Assert.All(events, static heard => Assert.False(Assert.IsType<WatchEvent<int>.Answer>(heard).WentBack));
    }

    [Fact]
    public async Task An_index_that_falls_is_told_and_gone_on_from()
    {
        var (events, asked) = await RunAsync(50, 7, 8);
        Assert.Equal([0, 50, 7], asked);
        Assert.Equal([false, true, false], events.Select(static heard => ((WatchEvent<int>.Answer)heard).WentBack));
    }

    [Fact]
    public async Task After_a_failure_the_whole_state_is_asked_for()
    {
        var (events, asked) = await RunAsync(50, null, null, null, null, 40, null, 51);
        Assert.Equal([0, 50, 0, 0, 0, 0, 40, 0], asked);
        Assert.Equal(5, events.OfType<WatchEvent<int>.Fault>().Count());
        Assert.False(((WatchEvent<int>.Answer)events[5]).WentBack);
    }

    [Fact]
    public void Pauses_double_up_to_the_longest() =>
        Assert.Equal([1, 2, 4, 4, 4], new[] { 1, 2, 3, 4, int.MaxValue }.Select(static failures => Quick.RetryAfter(failures).TotalMilliseconds));

    [Fact]
    public async Task Who_follows_may_wait_for_something_else_after_a_failure()
    {
        var awaited = new List<SourceException>();
        var (events, asked) = await RunAsync(
            Quick with
            {
                FirstRetry = TimeSpan.FromDays(1),
                LongestRetry = TimeSpan.FromDays(1),
                Pause = (error, _) =>
                {
                    awaited.Add(error);
                    return Task.CompletedTask;
                },
            },
            50, null, null, 40);
        Assert.Equal([0, 50, 0, 0], asked);
        Assert.Equal([Gone, Gone], awaited);
        Assert.Equal(4, events.Count);
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var watch = BlockingWatch.RunAsync<int>(
            async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return default;
            },
            Quick, stop.Token);
        stop.CancelAfter(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in watch)
            {
            }
        });
    }

    /// <summary>Runs a watch over these indexes; null is a failure. Gives what it told, and the indexes it asked with.</summary>
    private static Task<(List<WatchEvent<int>> Events, List<ulong> Asked)> RunAsync(params int?[] indexes) => RunAsync(Quick, indexes);

    private static async Task<(List<WatchEvent<int>> Events, List<ulong> Asked)> RunAsync(WatchOptions options, params int?[] indexes)
    {
        var (events, asked) = (new List<WatchEvent<int>>(), new List<ulong>());
        var watch = BlockingWatch.RunAsync(
            (read, _) =>
            {
                asked.Add(read.Index);
                return indexes[asked.Count - 1] is { } index ? new ValueTask<Indexed<int>>(new Indexed<int>(0, (ulong)index)) : throw Gone;
            },
            options, TestContext.Current.CancellationToken);
        await foreach (var heard in watch)
        {
            events.Add(heard);
            if (events.Count == indexes.Length)
                break;
        }
        return (events, asked);
    }
}
