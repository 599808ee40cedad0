using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Store;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Serve.Relay;

/// <summary>A control node that was a relay when it last ran and is none any more: no takeover is to wait for it.</summary>
internal sealed partial class RelayRetirement(RelayLedger ledger, IClusterNode store, GatewayOptions options, NodeRecords records, TimeProvider time, ILogger<RelayRetirement> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!BridgeKeys.IsSegment(options.NodeName))
            return;
        ledger.Delete();
        while (!await TryAsync(BridgeKeys.Relay(options.NodeName), stoppingToken).ConfigureAwait(false))
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
    }

    private async Task<bool> TryAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var reading = await store.ReadKeyAsync(StoreKey.FromText(key), new ReadOptions(ReadConsistency.Consistent), cancellationToken).ConfigureAwait(false);
            if (reading.Value is null)
                return true;
            await records.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            LogRetired(logger, options.NodeName);
            return true;
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} is no relay any more; its record is removed from the store")]
    private static partial void LogRetired(ILogger logger, string node);
}
