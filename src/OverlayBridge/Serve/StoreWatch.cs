using Microsoft.Extensions.Hosting;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Hosting;
using OverlayBridge.Store.Replication;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>
/// Ties the store to the process: when the process stops, the leadership is handed over while requests are still answered, then blocking queries are
/// answered, so that stopping need not wait for them; when the log fails, the process ends, as only a restart brings the node back.
/// </summary>
internal sealed class StoreWatch(ReplicatedStore store, HandOver handOver, ServeContext context) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A log that has failed leads nothing, and there is nobody who could be told.
        if (!store.Failure.IsCompleted)
            await handOver.BeforeStopAsync(cancellationToken).ConfigureAwait(false);
        store.ReleaseWaiters();
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
