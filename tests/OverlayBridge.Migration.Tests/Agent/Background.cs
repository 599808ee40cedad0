using Microsoft.Extensions.Time.Testing;

namespace OverlayBridge.Migration.Agent;

/// <summary>Something that runs until the test ends, and a clock that the test moves.</summary>
internal sealed class Background : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Task> running = [];

    public FakeTimeProvider Time { get; } = new();

    public void Run(Func<CancellationToken, Task> work) => running.Add(work(stop.Token));

    /// <summary>Waits until a condition holds while the clock goes on; fails as soon as what runs in the background fails.</summary>
    public Task UntilAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.FromMilliseconds(50));

    /// <summary>Waits until a condition holds, the clock standing still.</summary>
    public Task AtOnceAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        while (!condition())
        {
            if (running.FirstOrDefault(static task => task.IsFaulted) is { } failed)
                await failed;
            if (step > TimeSpan.Zero)
                Time.Advance(step);
            await Task.Delay(1, stop.Token);
        }
    }
}
