using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Hosting;

namespace OverlayBridge.Tests.Serve;

public sealed class MemoryTrimTests
{
    private const long Much = RestAfterWork.Worthwhile;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_time_once_a_busy_moment_has_passed_and_only_once()
    {
        var rest = new RestAfterWork(1000);
        Assert.Null(rest.Observe(1000 + Much));
        Assert.Equal(Much + 1, rest.Observe(1001 + Much));
        Assert.Null(rest.Observe(1002 + Much));
    }

    [Fact]
    public void While_work_goes_on_it_is_not_time()
    {
        var rest = new RestAfterWork(0);
        Assert.All(Enumerable.Range(1, 10), i => Assert.Null(rest.Observe(i * Much)));
    }

    [Fact]
    public void Little_by_little_it_comes_to_be_time_too()
    {
        var rest = new RestAfterWork(0);
        Assert.Equal([4, 8], Enumerable.Range(1, 9).Where(i => rest.Observe(i * Much / 4) is not null));
    }

    [Fact]
    public async Task The_service_collects_when_it_is_time()
    {
        var (memory, time) = (new Memory(), new FakeTimeProvider());
        using var trim = new MemoryTrim(memory, time, NullLogger<MemoryTrim>.Instance);
        await trim.StartAsync(Token);
        // A little at each look: the service may begin to look at any of them.
        for (var i = 0; memory.Collections == 0 && i < 10_000; i++)
        {
            memory.Allocated += Much / 4;
            time.Advance(MemoryTrim.Interval);
            await Task.Delay(5, Token);
        }
        await trim.StopAsync(Token);
        Assert.NotEqual(0, memory.Collections);
    }

    [Fact]
    public void What_nobody_holds_any_more_is_collected_and_the_wait_for_it_told()
    {
        var lost = Lost();
        Assert.True(new RuntimeCollector().Collect() > TimeSpan.Zero);
        Assert.False(lost.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Lost() => new(new byte[1 << 20]);

    private sealed class Memory : ICollector
    {
        private long allocated;
        private int collections;

        public long Allocated
        {
            get => Interlocked.Read(ref allocated);
            set => Interlocked.Exchange(ref allocated, value);
        }

        public int Collections => Volatile.Read(ref collections);

        public TimeSpan Collect()
        {
            Interlocked.Increment(ref collections);
            return TimeSpan.Zero;
        }
    }
}
