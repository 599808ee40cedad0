using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>The agent's sign of life. One that cannot be written is left out, the next comes in time.</summary>
internal sealed class Heartbeat(IConsulClient store, AgentOptions options, TimeProvider time, ILogger log)
{
    public async Task RunAsync(CancellationToken token)
    {
        var outage = new Outage("write the heartbeat", log);
        // Milliseconds since 1970: higher than what an agent before this one has come to, at one every few seconds.
        var sequence = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);
        do
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(token);
            await using var limit = time.CreateTimer(
                static state => ((CancellationTokenSource)state!).Cancel(), limited, options.HeartbeatInterval, Timeout.InfiniteTimeSpan);
            try
            {
                var record = new HeartbeatRecord(sequence++, time.GetUtcNow());
                await store.PutAsync(BridgeKeys.Heartbeat(options.HostName), BridgeRecords.Encode(record), default, limited.Token);
                outage.Worked();
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                outage.Failed(new SourceException("The store took no heartbeat in time.", "It has no leader, or does not answer.", "Look at its log."));
            }
            catch (SourceException e)
            {
                outage.Failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(token));
    }
}
