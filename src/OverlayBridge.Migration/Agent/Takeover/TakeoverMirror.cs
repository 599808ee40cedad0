using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>Follows the record of the takeover by blocking queries. While the store is away, what was known last stands.</summary>
internal sealed class TakeoverMirror(IConsulClient store, StoreAbsence absence, ILogger log)
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Is given what the store says, whenever it has answered.</param>
    public async Task RunAsync(Action<KnownTakeover> changed, CancellationToken token)
    {
        await foreach (var answer in absence.Use("follow the takeover").FollowAsync((options, one) => store.GetAsync(BridgeKeys.Takeover, options, one), token))
            if (Decode(answer.Read.Value) is { } view)
                changed(view);
    }

    /// <returns>Null for a record that cannot be read: nothing is concluded from it.</returns>
    private KnownTakeover? Decode(KeyValueEntry? entry)
    {
        if (entry is null)
            return new KnownTakeover(null, 0);
        try
        {
            return new KnownTakeover(BridgeRecords.Decode<TakeoverRecord>(entry.Key, entry.Bytes.Span), entry.ModifyIndex);
        }
        catch (BridgeRecordException e)
        {
            log.LogError("The record of the takeover cannot be read; what is in force on this host stays: {Reason}", e.Message);
            return null;
        }
    }
}
