using Microsoft.Extensions.Logging;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// Carries a run out, in whichever control node leads. All that counts stands in the store: who begins to lead goes on from there, whatever the last
/// leader was doing when it was lost.
/// </summary>
public sealed partial class RunExecutor(IRunStore store, IWebhookEdge hooks, ExecutorOptions options, TimeProvider time, ILogger<RunExecutor> logger)
{
    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            if (store.IsLeader)
                await LeadAsync(token).ConfigureAwait(false);
            await Task.Delay(options.Idle, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One term: until this node leads no longer, or its store does not answer. Webhooks are told beside it, so that none keeps the run waiting.</summary>
    private async Task LeadAsync(CancellationToken token)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token);
        var telling = new WebhookDelivery(store, hooks, time, logger).RunAsync(end.Token);
        try
        {
            var term = new RunTerm(store, options, time, logger);
            while (store.IsLeader)
                await Task.Delay(await term.StepAsync(token).ConfigureAwait(false), time, token).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            LogInterrupted(logger, $"{e.Message} {e.Cause}");
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The process is being stopped; whoever leads next goes on.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A defect here must not end the process: engines work on its store.
            LogDefect(logger, e);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await telling.ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The run is not carried out for the moment, because of a defect of overlaybridge; it is tried again")]
    private static partial void LogDefect(ILogger logger, Exception defect);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The run is looked at again in a moment: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string reason);
}
