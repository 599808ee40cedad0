using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Replication;

/// <summary>Ends sessions whose TTL ran out, while this node leads.</summary>
internal sealed partial class SessionExpiry(
    Func<StoreState> state, Func<bool> leads, Func<DestroySessionCommand, CancellationToken, Task> destroy, TimeProvider time, ILogger logger)
{
    /// <summary>A session ends at most so long after its time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _renewed = new(StringComparer.Ordinal);
    private readonly long _start = time.GetTimestamp();

    /// <summary>The session's time begins again.</summary>
    public void Renew(string id)
    {
        lock (_gate)
            _renewed.Add(id);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var deadlines = SessionDeadlines.Starting;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            var renewed = TakeRenewed();
            if (!leads())
            {
                deadlines = SessionDeadlines.Starting;
                continue;
            }
            (deadlines, var over) = deadlines.Observe(time.GetElapsedTime(_start), state().Sessions.Values, renewed);
            foreach (var id in over)
                await EndAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }

    private HashSet<string> TakeRenewed()
    {
        lock (_gate)
        {
            var renewed = new HashSet<string>(_renewed, StringComparer.Ordinal);
            _renewed.Clear();
            return renewed;
        }
    }

    private async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await destroy(new DestroySessionCommand(id) { By = Origin.Expiry }, cancellationToken).ConfigureAwait(false);
            LogEnded(logger, id);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            // It is still there at the next look, and its time is still over.
            LogPostponed(logger, id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} was not renewed in time and was ended")]
    private static partial void LogEnded(ILogger logger, string session);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} is over but could not be ended yet: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string session, string reason);
}
