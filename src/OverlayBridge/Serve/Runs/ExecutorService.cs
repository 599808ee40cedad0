using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Serve.Takeover;
using OverlayBridge.Store;

namespace OverlayBridge.Serve.Runs;

/// <summary>Runs the executor of plans with the control role; it acts only while this node leads.</summary>
internal sealed class ExecutorService(IClusterNode store, GatewayOptions gateway, TimeProvider time, ILogger<RunExecutor> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new LocalStoreClient(store, gateway);
        using var hooks = new HttpWebhooks(gateway.Version);
        await new RunExecutor(new LocalRunStore(store, client), hooks, new ExecutorOptions(gateway.NodeName), time, logger).RunAsync(stoppingToken).ConfigureAwait(false);
    }
}
