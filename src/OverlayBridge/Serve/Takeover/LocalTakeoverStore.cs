using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Serve.Takeover;

/// <summary>This node's store for the coordinator.</summary>
internal sealed class LocalTakeoverStore(IClusterNode store, LocalStoreClient client) : ITakeoverStore
{
    /// <summary>Keys of the bridge itself, in which the source has no say.</summary>
    private const string Reserved = "overlaybridge/";

    public bool IsLeader => store.IsLeader;

    public IConsulClient Client => client;

    public async ValueTask<FlipAnswer> FlipAsync(ulong recordIndex, ReadOnlyMemory<byte> record, string prefix, StoreImage compared, CancellationToken token)
    {
        var content = ContentDigest.Of(
            compared.Entries.Where(static entry => !entry.Key.StartsWith(Reserved, StringComparison.Ordinal)).Select(StoreConversion.ToStore),
            compared.Sessions.Select(StoreConversion.ToStore));
        var flip = new FlipCommand(StoreKey.FromText(BridgeKeys.Takeover), recordIndex, [.. record.Span], StoreKey.FromText(prefix), content) { By = LocalStoreClient.Own };
        var result = await client.AskAsync(() => store.ExecuteAsync(flip, token)).ConfigureAwait(false);
        return result.Outcome switch
        {
            FlipOutcome.Flipped => FlipAnswer.Flipped,
            FlipOutcome.RecordChanged => FlipAnswer.RecordChanged,
            FlipOutcome.ContentDiffers => FlipAnswer.ContentDiffers,
            _ => FlipAnswer.NotStandby,
        };
    }
}
