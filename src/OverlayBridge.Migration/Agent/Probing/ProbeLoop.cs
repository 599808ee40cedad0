using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Agent.Tasks;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>Repeats the probes that the store asks of this host, each in its own rhythm, and tells once a second what they counted.</summary>
internal sealed class ProbeLoop(IProbeEdge edge, KeyPublisher publisher, AgentOptions options, TimeProvider time, ILogger log)
{
    private const int MostProbes = 64;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Running> running = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, ProbeTaskRecord>? asked;
    private ImmutableSortedDictionary<string, ProbeReport> stored = ImmutableSortedDictionary.Create<string, ProbeReport>(StringComparer.Ordinal);

    /// <param name="entries">Everything under the host's probes.</param>
    public void Use(ImmutableArray<KeyValueEntry> entries)
    {
        var tasks = TaskMirror.Decode<ProbeTaskRecord>(entries, static key => (key as BridgeKey.Probe)?.Name, log);
        if (tasks.Count > MostProbes)
            log.LogError("{Count} probes are asked for; only the first {Most} are run", tasks.Count, MostProbes);
        lock (gate)
        {
            stored = TaskMirror.Decode<ProbeReport>(entries, static key => (key as BridgeKey.ProbeReport)?.Name, log);
            asked = tasks.Take(MostProbes).ToImmutableSortedDictionary(StringComparer.Ordinal);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        using var timer = new PeriodicTimer(ReportInterval, time);
        try
        {
            do
                Round(token);
            while (await timer.WaitForNextTickAsync(token));
        }
        finally
        {
            foreach (var probe in running.Values)
                await probe.EndAsync();
        }
    }

    /// <summary>Begins what is new, ends what is not wanted any more, tells what was counted.</summary>
    private void Round(CancellationToken token)
    {
        ImmutableSortedDictionary<string, ProbeTaskRecord>? tasks;
        ImmutableSortedDictionary<string, ProbeReport> before;
        lock (gate)
            (tasks, before) = (asked, stored);
        if (tasks is null)
            return;
        foreach (var (name, probe) in running.Where(probe => !IsWanted(tasks.GetValueOrDefault(probe.Key), probe.Value.Task)).ToList())
        {
            probe.Stop();
            running.Remove(name);
        }
        foreach (var (name, task) in tasks.Where(task => !running.ContainsKey(task.Key)))
        {
            var begun = new Running(task, ProbeTally.GoOn(task, before.GetValueOrDefault(name), time.GetUtcNow()), CancellationTokenSource.CreateLinkedTokenSource(token));
            begun.Work = RepeatAsync(begun);
            running.Add(name, begun);
        }
        publisher.Want(running.Aggregate(
            DesiredKeys.None, (keys, probe) => keys.With(BridgeKeys.ProbeReport(options.HostName, probe.Key), probe.Value.Tally.Report)) with { IsComplete = true });
    }

    private static bool IsWanted(ProbeTaskRecord? now, ProbeTaskRecord then) => now is not null && now.Run == then.Run && now.Attempt == then.Attempt;

    private async Task RepeatAsync(Running probe)
    {
        var token = probe.Life.Token;
        var (interval, origin) = (TimeSpan.FromMilliseconds(probe.Task.IntervalMilliseconds), time.GetTimestamp());
        using var timer = new PeriodicTimer(interval < ShortestInterval ? ShortestInterval : interval, time);
        do
        {
            var begun = time.GetElapsedTime(origin);
            var error = await TryAsync(probe.Task, token);
            probe.Tally = probe.Tally.After(begun, time.GetElapsedTime(origin), time.GetUtcNow(), error);
        }
        while (await timer.WaitForNextTickAsync(token));
    }

    private async Task<string?> TryAsync(ProbeTaskRecord task, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(1, task.TimeoutMilliseconds)), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            return await edge.TryAsync(task, limited.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return $"no answer within {task.TimeoutMilliseconds} ms";
        }
    }

    private sealed class Running(ProbeTaskRecord task, ProbeTally tally, CancellationTokenSource life)
    {
        private ProbeTally current = tally;

        public ProbeTaskRecord Task { get; } = task;

        public CancellationTokenSource Life { get; } = life;

        public Task Work { get; set; } = System.Threading.Tasks.Task.CompletedTask;

        public ProbeTally Tally
        {
            get => Volatile.Read(ref current);
            set => Volatile.Write(ref current, value);
        }

        public void Stop() => Life.Cancel();

        public async Task EndAsync()
        {
            await Life.CancelAsync();
            await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
