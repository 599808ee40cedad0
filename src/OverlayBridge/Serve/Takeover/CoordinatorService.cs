using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store;

namespace OverlayBridge.Serve.Takeover;

/// <summary>Runs the coordinator of takeovers with the control role; it acts only while this node leads.</summary>
internal sealed class CoordinatorService(IClusterNode store, GatewayOptions gateway, TimeProvider time, ILogger<TakeoverCoordinator> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new LocalStoreClient(store, gateway);
        await new TakeoverCoordinator(new LocalTakeoverStore(store, client), Open, new(gateway.NodeName), time, logger).RunAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>The token and the certificates for the source are those of this process's environment (<c>CONSUL_HTTP_TOKEN</c> and so on).</summary>
    private ConsulSource Open(TakeoverRecord takeover) =>
        new(SourceFactory.Connect(StateUri.Parse(takeover.Source), new SourceOptions { Time = time }), takeover.Prefix);
}
