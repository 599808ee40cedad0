using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OverlayBridge.Hosting;

/// <summary>
/// Gives memory back after busy moments. An agent rests nearly all the time, and a collector that nobody allocates from does not run: what the last
/// reading of a large store left behind would stay for days (docs/decisions/032-what-a-shared-network-costs.md).
/// </summary>
internal sealed class MemoryTrim(ICollector collector, TimeProvider time, ILogger<MemoryTrim> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var rest = new RestAfterWork(collector.Allocated);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (rest.Observe(collector.Allocated) is { } left)
            {
                var pause = collector.Collect();
                log.LogInformation("Collected what {Megabytes} MB of allocations had left behind, in {Milliseconds:0.0} ms", left >> 20, pause.TotalMilliseconds);
            }
    }
}

/// <summary>Tells when enough was left behind to be worth a whole collection, and the process has come to rest: amid work the next moment would leave as much.</summary>
/// <param name="allocated">Bytes allocated so far.</param>
internal sealed class RestAfterWork(long allocated)
{
    /// <summary>Bytes between two looks that are work, and since the last collection that are worth one.</summary>
    public const long Worthwhile = 16 << 20;

    private long _before = allocated;
    private long _collected = allocated;

    /// <summary>One look, always the same time after the one before it.</summary>
    /// <param name="allocated">Bytes allocated so far.</param>
    /// <returns>How much was allocated since the last collection, when it is time for another; else null.</returns>
    public long? Observe(long allocated)
    {
        var (recently, since) = (allocated - _before, allocated - _collected);
        _before = allocated;
        if (recently >= Worthwhile || since < Worthwhile)
            return null;
        _collected = allocated;
        return since;
    }
}

/// <summary>The memory of this process.</summary>
internal interface ICollector
{
    /// <summary>Bytes allocated so far.</summary>
    long Allocated { get; }

    /// <summary>Collects all there is, and gives back to the system what is free.</summary>
    /// <returns>How long all threads waited for it.</returns>
    TimeSpan Collect();
}

/// <summary>The runtime's own.</summary>
internal sealed class RuntimeCollector : ICollector
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public TimeSpan Collect()
    {
        var before = GC.GetTotalPauseDuration();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalPauseDuration() - before;
    }
}
