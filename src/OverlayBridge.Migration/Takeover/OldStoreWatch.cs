using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>
/// Watches the old store after the flip. Whatever is written there is lost to the engines that work here: each such write is an error in
/// the log and an alarm in the store. That the old store does not answer is as it should be: it may be stopped.
/// </summary>
internal sealed partial class OldStoreWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly ConsulSource source;
    private readonly TakeoverRecords records;
    private readonly TakeoverRecord takeover;
    private readonly WatchOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Task running;
    private StoreImage? known;
    private volatile string state = "looking at the old store";

    /// <param name="known">What the old store held last; null when this node did not see it.</param>
    public OldStoreWatch(ConsulSource source, TakeoverRecords records, TakeoverRecord takeover, StoreImage? known, TimeProvider time, ILogger logger)
    {
        (this.source, this.records, this.takeover, this.known, this.time, this.logger) = (source, records, takeover, known, time, logger);
        options = WatchOptions.Default with { Time = time };
        running = RunAsync();
    }

    /// <summary>What it saw last, for people.</summary>
    public string State => state;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
        source.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var news in new SourceWatch(source, options).RunAsync(stop.Token).ConfigureAwait(false))
                    await TakeInAsync(news, stop.Token).ConfigureAwait(false);
            }
            catch (SourceException e)
            {
                // The store of this node does not take the alarm: what was seen is seen again after the pause.
                LogPostponed(logger, $"{e.Message} {e.Cause}");
                await Task.Delay(Pause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async ValueTask TakeInAsync(SourceNews news, CancellationToken token)
    {
        if (news is not SourceNews.View { Image: var image })
        {
            state = "the old store does not answer: nothing can be written there";
            return;
        }
        var now = time.GetUtcNow();
        var late = LateWrites.Between(known, image, takeover.SourceIndex, now)
            .AddRange(LateWrites.StillRenewed(image, takeover.SourceIndex, now - takeover.PhaseSince, now));
        if (!late.IsEmpty)
            await RaiseAsync(late, token).ConfigureAwait(false);
        known = image;
        state = "the old store answers";
    }

    private async ValueTask RaiseAsync(ImmutableArray<TakeoverAlarm> late, CancellationToken token)
    {
        var alarms = await records.AlarmsAsync(takeover.Id, token).ConfigureAwait(false);
        var raised = alarms.Latest.Select(static alarm => (alarm.Key, alarm.Change, alarm.Index)).ToHashSet();
        var more = late.RemoveAll(alarm => raised.Contains((alarm.Key, alarm.Change, alarm.Index)));
        if (more.IsEmpty)
            return;
        await records.WriteAsync(alarms.Add(more), token).ConfigureAwait(false);
        foreach (var alarm in more)
            LogAlarm(logger, takeover.Source, alarm.Key, alarm.Change, alarm.Index, alarm.Host.Length > 0 ? alarm.Host : "an unknown host");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A write still reached the old store {Source}: {Key} {Change} at index {Index}, by {Host}. It is lost here: find what still talks to the old store")]
    private static partial void LogAlarm(ILogger logger, string source, string key, string change, ulong index, string host);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alarm about the old store could not be noted yet: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
