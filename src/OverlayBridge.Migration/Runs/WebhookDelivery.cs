using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// Tells webhooks of a run's events, in order, beside the run: a hook that does not answer delays other news, never a step. Each is tried a few times, then
/// given up and counted. A new leader goes on where the last one was; a hook may so hear of an event twice (its number tells).
/// </summary>
internal sealed partial class WebhookDelivery(IRunStore store, IWebhookEdge hooks, TimeProvider time, ILogger logger)
{
    private const int Tries = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly RunRecords records = new(store.Client);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                await TellAsync(token).ConfigureAwait(false);
            }
            catch (SourceException e)
            {
                LogPostponed(logger, e.Message);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Interval, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(CancellationToken token)
    {
        if (await records.RunAsync(token).ConfigureAwait(false) is not { Record: var run })
            return;
        var content = await records.ContentAsync(run.Id, token).ConfigureAwait(false);
        var told = content.Webhooks ?? new RunWebhooks(run.Id, 0, 0, "");
        if (content.Events is not { } events || events.Count == told.Delivered)
            return;
        var targets = RunRecords.PlanOf(run, content).Webhooks;
        var first = events.Latest[0].Number;
        if (first > told.Delivered + 1)
            told = told with { Lost = told.Lost + (first - told.Delivered - 1) * targets.Length, Fault = "more happened than is kept", Delivered = first - 1 };
        foreach (var one in events.Latest.Where(one => one.Number > told.Delivered))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(one, WebhookJson.Default.RunEvent);
            foreach (var hook in targets)
                if (await PostAsync(hook, json, token).ConfigureAwait(false) is { Length: > 0 } fault)
                {
                    // Without its query: that is where tokens stand.
                    LogLost(logger, one.Number, hook.GetLeftPart(UriPartial.Path), fault);
                    told = told with { Lost = told.Lost + 1, Fault = fault };
                }
            told = told with { Delivered = one.Number };
            await store.Client.PutAsync(BridgeKeys.RunWebhooks(run.Id), BridgeRecords.Encode(told), default, token).ConfigureAwait(false);
        }
    }

    private async ValueTask<string> PostAsync(Uri hook, ReadOnlyMemory<byte> json, CancellationToken token)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            var fault = await hooks.PostAsync(hook, json, token).ConfigureAwait(false);
            if (fault.Length == 0 || attempt == Tries)
                return fault;
            await Task.Delay(pause, time, token).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Number} was not taken by webhook {Hook}, it is given up: {Reason}")]
    private static partial void LogLost(ILogger logger, int number, string hook, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhooks are told in a moment: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunEvent))]
internal sealed partial class WebhookJson : JsonSerializerContext;
