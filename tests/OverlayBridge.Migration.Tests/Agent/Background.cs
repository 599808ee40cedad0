using Microsoft.Extensions.Logging.Abstractions;

namespace OverlayBridge.Migration.Agent;

/// <summary>Something that runs until the test ends, and a clock that the test moves.</summary>
internal sealed class Background : IAsyncDisposable
{
    /// <summary>Of real time; only a hang exceeds it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>At a real millisecond each, before a pause is taken for missed.</summary>
    private const int MostLooks = 2000;
    private const int MostPauses = 20;

    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Task> running = [];

    public Background() => Absence = new StoreAbsence(Time, NullLogger.Instance);

    public MovedClock Time { get; } = new();

    /// <summary>For loops that use one store.</summary>
    public StoreAbsence Absence { get; }

    public void Run(Func<CancellationToken, Task> work) => running.Add(work(stop.Token));

    /// <summary>Waits until a condition holds while the clock goes on; fails as soon as what runs in the background fails.</summary>
    public Task UntilAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.FromMilliseconds(50));

    /// <summary>Waits until a condition holds, the clock standing still.</summary>
    public Task AtOnceAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.Zero);

    /// <summary>Moves the clock on by a pause until a condition holds: once, unless whoever is to wake up had not begun to wait when it was moved.</summary>
    public async Task AfterPauseAsync(TimeSpan pause, Func<bool> condition)
    {
        for (var pauses = 0; !condition(); pauses++)
        {
            Assert.True(pauses < MostPauses, "what was waited for did not happen");
            Time.Advance(pause);
            for (var looks = 0; looks < MostLooks && !condition(); looks++)
                await Task.Delay(1, stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, "what was waited for did not happen");
            if (running.FirstOrDefault(static task => task.IsFaulted) is { } failed)
                await failed;
            if (step > TimeSpan.Zero)
                Time.Advance(step);
            await Task.Delay(1, stop.Token);
        }
    }
}
