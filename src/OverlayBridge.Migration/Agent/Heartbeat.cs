using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>
/// The agent's sign of life. One that cannot be written is left out, the next comes in time. By the same key two agents that call
/// themselves by one host name find each other: the second one is refused.
/// </summary>
internal sealed class Heartbeat(IConsulClient store, StoreAbsence absence, AgentOptions options, TimeProvider time, ILogger log)
{
    /// <summary>An agent that lives changes its key within this many intervals.</summary>
    private const double IntervalsWatched = 2.5;

    private const int LooksInAnInterval = 5;

    private readonly HostNameClaim claim = new(store, options);
    private string key = BridgeKeys.Heartbeat(options.HostName);
    private bool formerIsGone;

    /// <summary>Returns when no other agent lives under this host's name. At once after a restart of the same agent, and where there was none.</summary>
    /// <exception cref="HostNameTakenException">Another one does.</exception>
    public async Task ClaimAsync(CancellationToken token)
    {
        var use = absence.Use("see whether another agent has this host's name");
        HostNameClaim.Sighting? first = null;
        for (var begun = time.GetTimestamp(); first is null || time.GetElapsedTime(begun) < IntervalsWatched * options.HeartbeatInterval;)
        {
            try
            {
                var now = await claim.LookAsync(token);
                use.Worked();
                if (now is null || now.Agent == options.AgentId)
                    return;
                if (first is null)
                {
                    log.LogInformation("The last heartbeat of this host is of another agent: waiting to see whether that one still lives");
                    (first, begun) = (now, time.GetTimestamp());
                }
                else if (now.Index != first.Index)
                {
                    throw await claim.TakenAsync(token);
                }
                await Task.Delay(options.HeartbeatInterval / LooksInAnInterval, time, token);
            }
            catch (SourceException e)
            {
                // What was not seen meanwhile proves nothing: the time begins again.
                first = null;
                await use.PauseAsync(e, token);
            }
        }
    }

    /// <exception cref="HostNameTakenException">Another agent has begun to work under this host's name.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        var outage = new Outage("write the heartbeat", log);
        // Milliseconds since 1970: higher than what an agent before this one has come to, at one every few seconds.
        var sequence = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        var written = false;
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);
        do
        {
            using var limit = new CancellationTokenSource(options.HeartbeatInterval, time);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
            try
            {
                if (written)
                    await claim.CheckAsync(limited.Token);
                await WriteAsync(new HeartbeatRecord(sequence++, time.GetUtcNow(), options.AgentId), limited.Token);
                written = true;
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

    private async Task WriteAsync(HeartbeatRecord record, CancellationToken token)
    {
        var former = BridgeKeys.FormerHeartbeat(options.HostName);
        try
        {
            await store.PutAsync(key, BridgeRecords.Encode(record), default, token);
        }
        catch (SourceException e) when (e.IsDenied && key != former)
        {
            log.LogWarning(
                "The token of this agent was made by an earlier version and does not allow {Key}: heartbeats go to {Former}, which wakes all agents each time. Make a new token with 'overlaybridge token create --role agent --host {Host}'",
                key, former, options.HostName);
            key = former;
            await store.PutAsync(key, BridgeRecords.Encode(record), default, token);
        }
        if (key != former && !formerIsGone)
        {
            await store.DeleteAsync(former, null, token);
            formerIsGone = true;
        }
    }
}
