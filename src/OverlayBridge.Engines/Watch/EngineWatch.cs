using Microsoft.Extensions.Logging;

namespace OverlayBridge.Engines.Watch;

/// <summary>
/// Follows an engine: what its events say is looked at at once, everything is listed again from time to time, and an
/// engine that went away is waited for. Each change gives a new <see cref="HostView"/>.
/// </summary>
public sealed class EngineWatch(IEngine engine, EngineWatchOptions options, TimeProvider time, ILogger<EngineWatch> log)
{
    private HostView view = HostView.Unknown;
    private HostView? published;

    /// <summary>Runs until cancelled, once. Failures of the engine are logged and waited out.</summary>
    /// <param name="publish">Is given each new view, in order; the first tells at least whether the engine answers.</param>
    public async Task RunAsync(Action<HostView> publish, CancellationToken token)
    {
        var pause = options.FirstPause;
        while (true)
        {
            try
            {
                await FollowAsync(publish, () => pause = options.FirstPause, token);
            }
            catch (EngineException e)
            {
                if (published is null or { IsUp: true })
                    log.LogWarning("{What} {Cause} {Remedy}", e.Message, e.Cause, e.Remedy);
                view = view with { IsUp = false };
                Publish(publish);
            }
            await Task.Delay(pause, time, token);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LongestPause.Ticks));
        }
    }

    /// <summary>One connection's life; ends with an <see cref="EngineException"/>.</summary>
    private async Task FollowAsync(Action<HostView> publish, Action connected, CancellationToken token)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var connection = new EngineConnection(engine, options, time, log, life.Token);
        try
        {
            var info = await connection.ConnectAsync();
            log.LogInformation("Following the engine at {Endpoint}, version {Version}", engine.Endpoint, info.Version);
            view = view with { Engine = info, IsUp = true };
            connected();
            while (true)
            {
                var findings = await connection.Inbox.TakeAsync(token);
                var exited = findings.Touched.Where(static t => t.Value).Aggregate(view, static (v, t) => v.WithExited(t.Key));
                if (exited != view)
                {
                    view = exited;
                    Publish(publish);
                }
                if (findings.Failure is { } failure)
                    throw failure;
                view = await connection.ApplyAsync(view, findings);
                Publish(publish);
            }
        }
        finally
        {
            await life.CancelAsync();
            await connection.StoppedAsync();
        }
    }

    private void Publish(Action<HostView> publish)
    {
        if (view == published)
            return;
        published = view;
        publish(view);
    }
}
