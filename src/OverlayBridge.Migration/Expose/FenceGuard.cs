using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Keeps the bits of all active exposures set in the store that the legacy engines work on: an operator may restore an old bitmap, an
/// engine may release an address that is not its own. Follows the bitmaps by blocking queries and sets what is missing by compare-and-set.
/// Never after an <c>unexpose</c> has begun: the record is read between the read of the bitmap and its write.
/// </summary>
/// <param name="bridge">The cluster that holds the exposures.</param>
/// <param name="open">Connects to the store of an exposure (<see cref="ExposureRecord.Source"/>); the guard disposes what it gets.</param>
public sealed class FenceGuard(IConsulClient bridge, Func<string, IConsulClient> open, TimeProvider time, ILogger<FenceGuard> log)
{
    /// <summary>How often it is looked for new exposures; between expose and the first look its bits have been set a moment ago.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly BridgeRecordsReader _records = new(bridge);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        var guarded = new Dictionary<GuardedBlock, (Task Task, CancellationTokenSource End)>();
        var outage = new Outage("read the exposures for their fences", log);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await FollowAsync(guarded, outage, token).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(token).ConfigureAwait(false));
        }
        finally
        {
            foreach (var (task, end) in guarded.Values)
                await EndAsync(task, end).ConfigureAwait(false);
        }
    }

    private async ValueTask FollowAsync(Dictionary<GuardedBlock, (Task Task, CancellationTokenSource End)> guarded, Outage outage, CancellationToken token)
    {
        ImmutableArray<GuardedBlock> wanted;
        try
        {
            wanted = [.. (await _records.ExposuresAsync(token).ConfigureAwait(false)).SelectMany(static exposure => BlocksOf(exposure.Record))];
            outage.Worked();
        }
        catch (SourceException e)
        {
            outage.Failed(e);
            return; // what is guarded stays guarded
        }
        catch (ExposeException e)
        {
            outage.Failed(new SourceException(e.Message, e.Cause, e.Remedy, e));
            return;
        }
        foreach (var gone in guarded.Keys.Except(wanted).ToList())
        {
            guarded.Remove(gone, out var running);
            await EndAsync(running.Task, running.End).ConfigureAwait(false);
        }
        foreach (var block in wanted.Except(guarded.Keys).ToList())
        {
            var end = CancellationTokenSource.CreateLinkedTokenSource(token);
            guarded[block] = (GuardAsync(block, end.Token), end);
        }
    }

    private static async Task EndAsync(Task task, CancellationTokenSource end)
    {
        await end.CancelAsync().ConfigureAwait(false);
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private static IEnumerable<GuardedBlock> BlocksOf(ExposureRecord exposure) => exposure.State != ExposureState.Active ? [] :
        from range in Held(exposure)
        let subnet = exposure.SubnetOf(range.BaseAddress)
        where subnet is not null
        let block = FenceBlock.TryParse($"{subnet.Subnet}", $"{range}", out var parsed) ? parsed : null
        where block is not null
        select new GuardedBlock(exposure.LegacyNetworkId, exposure.Source, exposure.BitmapKeyOf(subnet), block);

    /// <summary>A reserve whose bits were never set is none yet.</summary>
    private static IEnumerable<IPNetwork> Held(ExposureRecord exposure) => exposure.Subnets.Select(static subnet => subnet.Fence)
        .Concat(exposure.Reserves.Where(static reserve => reserve.IsSet).Select(static reserve => reserve.Block));

    private async Task GuardAsync(GuardedBlock guarded, CancellationToken token)
    {
        try
        {
            using var store = open(guarded.Source);
            var outage = new Outage($"guard the fence {guarded.Block}", log);
            var events = BlockingWatch.RunAsync<KeyValueEntry?>(
                (options, one) => store.GetAsync(guarded.BitmapKey, options, one), WatchOptions.Default with { Time = time }, token);
            await foreach (var happened in events.ConfigureAwait(false))
                switch (happened)
                {
                    case WatchEvent<KeyValueEntry?>.Answer:
                        await RestoreAsync(store, guarded, outage, token).ConfigureAwait(false);
                        break;
                    case WatchEvent<KeyValueEntry?>.Fault fault:
                        outage.Failed(fault.Error);
                        break;
                }
        }
        catch (SourceException e)
        {
            log.LogError("The fence {Block} is not guarded: {What} {Cause} {Remedy}", guarded.Block, e.Message, e.Cause, e.Remedy);
        }
    }

    private async ValueTask RestoreAsync(IConsulClient store, GuardedBlock guarded, Outage outage, CancellationToken token)
    {
        try
        {
            var outcome = await new FenceWriter(store).ChangeAsync(
                guarded.BitmapKey, bitmap => FenceBits.Restore(bitmap, guarded.Block), token, one => IsHeldAsync(guarded, one)).ConfigureAwait(false);
            if (outcome == FenceOutcome.Changed)
                log.LogWarning(
                    "Addresses of the fence {Block} were free in {Key} of {Source} and are set aside again: something cleared them", guarded.Block, guarded.BitmapKey, store.Name);
            outage.Worked();
        }
        catch (SourceException e)
        {
            outage.Failed(e);
        }
        catch (Exception e) when (e is RecordFormatException or ExposeException)
        {
            outage.Failed(new SourceException($"The bitmap {guarded.BitmapKey} cannot be put right.", e.Message, "Audit says what is broken and how it is repaired.", e));
        }
    }

    /// <summary>Asked between the read of the bitmap and its write: an unexpose clears bits only after it has changed the record.</summary>
    private async ValueTask<bool> IsHeldAsync(GuardedBlock guarded, CancellationToken token)
    {
        var (entry, _) = await bridge.GetAsync(BridgeKeys.Exposure(guarded.LegacyNetworkId), new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false);
        return entry is not null && BlocksOf(BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Value.AsSpan())).Contains(guarded);
    }

    /// <param name="Source">STATE of the store whose engines must not give these addresses out.</param>
    private sealed record GuardedBlock(string LegacyNetworkId, string Source, string BitmapKey, FenceBlock Block);
}
