using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OverlayBridge.Engines.Watch;

/// <summary>
/// What runs while an engine is connected: the event stream, the clock for lists, the lists of networks and the
/// inspections. Each puts what it finds into the <see cref="Inbox"/>; <see cref="ApplyAsync"/> makes a view of it.
/// </summary>
internal sealed class EngineConnection : IDisposable
{
    /// <summary>Events from so long before the connection are asked for once more: engines keep the last 256, and clocks differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> networkRequests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Task> running = [];
    private readonly IEngine engine;
    private readonly EngineWatchOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationToken token;
    private readonly ContainerInspector inspector;

    // What must be in before a view is complete.
    private readonly HashSet<string> awaited = [];
    private bool containersListed;
    private bool networksListed;

    public EngineConnection(IEngine engine, EngineWatchOptions options, TimeProvider time, ILogger log, CancellationToken token)
    {
        this.engine = engine;
        this.options = options;
        this.time = time;
        this.log = log;
        this.token = token;
        inspector = new ContainerInspector(engine, Inbox, log, token);
    }

    public WatchInbox Inbox { get; } = new();

    /// <summary>Starts everything, the events first.</summary>
    /// <exception cref="EngineException">The engine does not answer.</exception>
    public async Task<EngineInfo> ConnectAsync()
    {
        running.Add(FollowEventsAsync());
        var info = await engine.InfoAsync(token);
        running.Add(TickAsync());
        running.Add(ListNetworksAsync());
        return info;
    }

    /// <summary>The view with everything found; asks for what is still needed.</summary>
    /// <exception cref="EngineException">The engine does not answer.</exception>
    public async Task<HostView> ApplyAsync(HostView view, WatchFindings findings)
    {
        foreach (var id in findings.Touched.Keys)
            inspector.Request(id);
        foreach (var (id, container) in findings.Inspected)
        {
            view = view.With(id, container);
            awaited.Remove(id);
        }
        if (findings.Networks is { } networks)
        {
            view = view.With(networks);
            networksListed = true;
        }
        if (findings.ListDue)
            view = await ListAsync(view);
        if (findings.NetworksTouched || findings.ListDue || view.HasUnknownNetwork)
            networkRequests.Writer.TryWrite(true);
        return !view.IsComplete && containersListed && networksListed && awaited.Count == 0 ? view with { IsComplete = true } : view;
    }

    /// <summary>Completes once nothing runs any more; the token must have been cancelled.</summary>
    public async Task StoppedAsync()
    {
        await Task.WhenAll(running);
        await inspector.StoppedAsync();
    }

    public void Dispose() => inspector.Dispose();

    private async Task<HostView> ListAsync(HostView view)
    {
        view = view with { Engine = await engine.InfoAsync(token) };
        var (listed, inspect) = view.With(await engine.ContainersAsync(token));
        foreach (var container in inspect)
        {
            inspector.Request(container.Id, fallback: container);
            awaited.Add(container.Id);
        }
        containersListed = true;
        return listed;
    }

    private async Task FollowEventsAsync()
    {
        try
        {
            await engine.FollowEventsAsync(time.GetUtcNow() - Overlap, Inbox.Event, token);
            Inbox.Failed(new EngineException(
                $"The Docker engine at {engine.Endpoint} closed its event stream.",
                "It stops or was restarted.",
                "Nothing to do if that was meant; it is looked for again."));
        }
        catch (EngineException e)
        {
            Inbox.Failed(e);
        }
        catch (OperationCanceledException)
        {
            // The connection ends.
        }
    }

    private async Task TickAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(options.ListInterval, time);
            do
                Inbox.ListDue();
            while (await timer.WaitForNextTickAsync(token));
        }
        catch (OperationCanceledException)
        {
            // The connection ends.
        }
    }

    /// <summary>Beside the loop, for a legacy engine whose store hangs does not answer this for long.</summary>
    private async Task ListNetworksAsync()
    {
        try
        {
            var failing = false;
            while (await networkRequests.Reader.ReadAsync(token))
            {
                failing = !await TryListNetworksAsync(quiet: failing);
                if (failing)
                    networkRequests.Writer.TryWrite(true);
                await Task.Delay(failing ? options.LongestPause : options.NetworkListSpacing, time, token);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ends.
        }
    }

    private async Task<bool> TryListNetworksAsync(bool quiet)
    {
        try
        {
            Inbox.Networks(await engine.NetworksAsync(token));
            return true;
        }
        catch (EngineException e)
        {
            if (!quiet)
                log.LogWarning("{What} {Cause} The networks known so far are kept until it works.", e.Message, e.Cause);
            return false;
        }
    }
}
