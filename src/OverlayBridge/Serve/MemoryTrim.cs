using Microsoft.Extensions.Hosting;

namespace OverlayBridge.Serve;

/// <summary>
/// Gives memory back after busy moments. An agent rests nearly all the time, and a collector that nobody allocates from does not run: what the last
/// reading of a large store left behind would stay for days (docs/decisions/032-what-a-shared-network-costs.md).
/// </summary>
internal sealed class MemoryTrim(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Less left behind than this is not worth a whole collection.</summary>
    private const long Worthwhile = 16 << 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = GC.GetTotalAllocatedBytes();
        var untidy = before;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = GC.GetTotalAllocatedBytes();
            // Not while it is busy: the next moment would leave as much behind.
            if (now - before < Worthwhile && now - untidy >= Worthwhile)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                untidy = now;
            }
            before = now;
        }
    }
}
