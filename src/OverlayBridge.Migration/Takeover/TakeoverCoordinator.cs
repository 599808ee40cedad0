using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>
/// Carries a takeover through, in whichever control node leads. All that counts stands in the store: who begins to lead goes on from
/// there, whatever the last leader was doing when it was lost.
/// </summary>
/// <param name="open">Opens the source that a takeover names, for its prefix.</param>
public sealed partial class TakeoverCoordinator(
    ITakeoverStore store, Func<TakeoverRecord, ConsulSource> open, CoordinatorOptions options, TimeProvider time, ILogger<TakeoverCoordinator> logger)
{
    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            if (store.IsLeader)
                await LeadAsync(token).ConfigureAwait(false);
            // Whoever has just been elected may have engines that are held to wait for it.
            await Task.Delay(options.Busy, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One term: until this node leads no longer, or its store does not answer.</summary>
    private async Task LeadAsync(CancellationToken token)
    {
        var term = new CoordinatorTerm(store, open, options, time, logger);
        await using (term.ConfigureAwait(false))
        {
            try
            {
                while (store.IsLeader)
                {
                    var pause = await term.StepAsync(token).ConfigureAwait(false);
                    await Task.Delay(pause, time, token).ConfigureAwait(false);
                }
            }
            catch (SourceException e)
            {
                LogInterrupted(logger, $"{e.Message} {e.Cause}");
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                // The process is being stopped; whoever leads next goes on.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The takeover is looked at again in a moment: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string reason);
}
