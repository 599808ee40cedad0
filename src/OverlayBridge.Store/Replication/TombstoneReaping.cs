using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Replication;

/// <summary>Reaps tombstones that have had their life, while this node leads.</summary>
internal sealed partial class TombstoneReaping(
    Func<StoreState> state, Func<bool> leads, Func<ReapTombstonesCommand, CancellationToken, Task> reap, TimeSpan life, TimeProvider time, ILogger logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (age, origin) = (TombstoneAge.Starting(life), time.GetTimestamp());
        using var timer = new PeriodicTimer(life / 15, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!leads())
            {
                age = TombstoneAge.Starting(life);
                continue;
            }
            var now = state();
            (age, var upTo) = age.Observe(time.GetElapsedTime(origin), now.Index);
            if (upTo is { } index && now.Tombstones.All().Any(tombstone => tombstone.Index <= index))
                await TryReapAsync(index, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryReapAsync(ulong index, CancellationToken cancellationToken)
    {
        try
        {
            await reap(new ReapTombstonesCommand(index), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            // They are still there at the next look, and older.
            LogPostponed(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Old tombstones stay for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
