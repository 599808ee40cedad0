using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Serve.Takeover;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store;
using OverlayBridge.Store.State;

namespace OverlayBridge.Serve;

/// <summary>
/// Guards the fences of all exposures while this node leads: in the store that the engines work on, which after a takeover is this one.
/// The token and the certificates for the other are those of this process's environment (<c>CONSUL_HTTP_TOKEN</c> and so on).
/// </summary>
internal sealed class FenceGuardService(IClusterNode store, GatewayOptions gateway, TimeProvider time, ILogger<FenceGuard> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (!store.Status.IsLeader)
                continue;
            var mode = store.Status.Mode;
            using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            using var client = new LocalStoreClient(store, gateway);
            var guard = new FenceGuard(client, source => Open(source, mode), time, logger).RunAsync(term.Token);
            while (!guard.IsCompleted && store.Status.IsLeader && store.Status.Mode == mode && !stoppingToken.IsCancellationRequested)
                await Task.WhenAny(guard, Task.Delay(Interval, time, stoppingToken)).ConfigureAwait(false);
            await term.CancelAsync().ConfigureAwait(false);
            await guard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (guard.IsFaulted)
                LogEnded(guard.Exception.InnerException!);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private IConsulClient Open(string source, StoreMode mode)
    {
        var state = StateUri.Parse(source);
        return mode.Role == StoreRole.TakenOver || state.Scheme == StateScheme.Bridge
            ? new LocalStoreClient(store, gateway)
            : SourceFactory.Connect(state, new SourceOptions { Time = time });
    }

    private void LogEnded(Exception fault) => logger.LogError(fault, "The guard of the fences ended by a fault of the program; it is started again");
}
