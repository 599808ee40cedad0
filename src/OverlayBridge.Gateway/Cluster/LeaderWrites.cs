using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// Has writes carried out by the leader, whichever node they reach: here, or passed on. A write is tried again only when nothing was done;
/// while there is no leader it is held, as long as Consul holds it.
/// </summary>
internal sealed partial class LeaderWrites(
    IClusterNode node, NodeClient client, MemberDirectory members, TimeSpan leaderWait, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>1 from the first write that is held until one is carried out: why is said once, not for each of thousands.</summary>
    private int _holding;

    /// <summary>The leader itself may hold a write for the next leader.</summary>
    private TimeSpan AnswerLimit => leaderWait + TimeSpan.FromSeconds(5);

    /// <exception cref="NoLeaderException">Nothing was done: no leader within the time limit.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been carried out, or may still be.</exception>
    public async Task<Answer> CarryOutAsync(GatewayRequest request, Func<GatewayRequest, Task<Answer>> handle)
    {
        if (request.Http.Headers.TryGetValue(ClusterHeaders.PassedOnBy, out var by))
            return await HandlePassedOnAsync(request, $"{by}", handle).ConfigureAwait(false);
        if (!node.IsLeader)
            return await HoldAsync(request, handle).ConfigureAwait(false);
        try
        {
            var answer = await handle(request).ConfigureAwait(false);
            SayGoesOn();
            return answer;
        }
        catch (NoLeaderException)
        {
            // Deposed a moment ago, nothing was done: for the next leader.
        }
        return await HoldAsync(request, handle).ConfigureAwait(false);
    }

    /// <summary>A node that passes something on waits for the next leader itself.</summary>
    private async Task<Answer> HandlePassedOnAsync(GatewayRequest request, string by, Func<GatewayRequest, Task<Answer>> handle)
    {
        if (!node.IsLeader)
            throw new NoLeaderException("This node does not lead");
        var known = await members.AllAsync(request.CancellationToken).ConfigureAwait(false);
        return await handle(known.Values.Any(member => member.NodeName == by) ? request with { CameBy = by } : request).ConfigureAwait(false);
    }

    private async Task<Answer> HoldAsync(GatewayRequest request, Func<GatewayRequest, Task<Answer>> handle)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                var asking = node.LeaderAsync(request.CancellationToken);
                if (!asking.IsCompleted)
                    SayHeld("No leader is known");
                var leader = await asking.ConfigureAwait(false);
                var answer = leader.Equals(node.Address)
                    ? await handle(request).ConfigureAwait(false)
                    : await client.PassOnAsync(leader, request, AnswerLimit + request.Takes).ConfigureAwait(false);
                SayGoesOn();
                return answer;
            }
            catch (NoLeaderException e) when (time.GetElapsedTime(start) > leaderWait)
            {
                throw new NoLeaderException("No cluster leader", e);
            }
            catch (NoLeaderException e)
            {
                SayHeld(e.Message);
                await Task.Delay(Pause, time, request.CancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void SayHeld(string reason)
    {
        if (Interlocked.Exchange(ref _holding, 1) == 0)
            LogHeld(logger, reason, leaderWait.TotalSeconds);
    }

    private void SayGoesOn()
    {
        if (Volatile.Read(ref _holding) == 1 && Interlocked.Exchange(ref _holding, 0) == 1)
            LogGoesOn(logger);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Writes are held for the next leader: {Reason}. Each is answered with an error after {Seconds} s")]
    private static partial void LogHeld(ILogger logger, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Writes are carried out again")]
    private static partial void LogGoesOn(ILogger logger);
}
