using Microsoft.Extensions.Hosting;
using OverlayBridge.Store.Replication;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>
/// Ties the store to the process: when the process stops, blocking queries are answered first, so that stopping need not
/// wait for them; when the log fails, the process ends, as only a restart brings the node back.
/// </summary>
internal sealed class StoreWatch(ReplicatedStore store, ServeContext context) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        store.ReleaseWaiters();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failure = await store.Failure.WaitAsync(stoppingToken).ConfigureAwait(false);
        context.Fail(new OperatorException(
            "The store's log has failed and this node cannot go on.",
            failure.Message,
            "Free or mend the disk if it is full or broken, then start again: what was acknowledged is kept.",
            inner: failure));
    }
}
