using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Relay;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Store;

namespace OverlayBridge.Serve.Relay;

/// <summary>
/// Keeps the relay's record in the store fresh. From the first time that it stands there on, no store changes hands without this relay's word.
/// </summary>
internal sealed partial class RelayRegistration(RelayPlace place, StoreRelay relay, NodeRecords records, TimeProvider time, ILogger<RelayRegistration> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the record stands in the store.</summary>
    public Task Registered => _registered.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var isWritten = await TryWriteAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(isWritten ? RelayRecord.Every : Pause, time, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var record = new RelayRecord(place.Name, place.Listen, place.Source, time.GetUtcNow(), relay.Clients(RelayRecord.MaxClients));
            await records.WriteAsync(place.RecordKey, BridgeRecords.Encode(record), cancellationToken).ConfigureAwait(false);
            if (_registered.TrySetResult())
                LogRegistered(logger, place.Listen, place.Source);
            return true;
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogSilent(logger, e.Message, relay.Gate.Stance);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The relay listens on {Listen} and stands before {Source}")]
    private static partial void LogRegistered(ILogger logger, System.Net.IPEndPoint listen, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "The relay does not reach the store ({Why}) and goes on as it is: {Stance}")]
    private static partial void LogSilent(ILogger logger, string why, RelayStance stance);
}
