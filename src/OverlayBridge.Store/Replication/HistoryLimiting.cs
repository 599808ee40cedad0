using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;

namespace OverlayBridge.Store.Replication;

/// <summary>Puts the limits that this node was started with in force for all nodes, while it leads.</summary>
internal sealed partial class HistoryLimiting(IClusterNode node, Func<HistoryLimits> inForce, HistoryLimits wanted, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            if (node.IsLeader && inForce() != wanted)
                await SetAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await node.ExecuteAsync(new SetHistoryLimitsCommand(wanted, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken).ConfigureAwait(false);
            LogSet(logger, wanted.MaxChanges, wanted.MaxBytes >> 20, wanted.MaxAge);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            // The limits in force stay until the next look.
            LogPostponed(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The history keeps {Changes} changes, {MiB} MiB, and any of less than {Age} (zero: of any age) from now on")]
    private static partial void LogSet(ILogger logger, int changes, long miB, TimeSpan age);

    [LoggerMessage(Level = LogLevel.Information, Message = "The limits of the history could not be set yet: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
