using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Engines;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>
/// Carries out what the store asks of this host, one task at a time. A task that is asked for anew, the other way round or not at all any more is left
/// where it is; what it left is seen by whatever comes next.
/// </summary>
/// <param name="stepOf">What a kind of step is carried out by.</param>
internal sealed class TaskLoop(
    Func<StepKind, IStep> stepOf, TaskFile file, KeyPublisher publisher, IConsulClient store, AgentOptions options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastWordPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RepeatPause = TimeSpan.FromSeconds(1);
    private const int LeastSeconds = 120;
    private static readonly TimeSpan LastWordPause = TimeSpan.FromMilliseconds(200);

    private readonly Wakeup wakeup = new();
    private readonly Lock gate = new();
    private ImmutableSortedDictionary<string, HostTaskReport> reports = ImmutableSortedDictionary.Create<string, HostTaskReport>(StringComparer.Ordinal);
    private KnownTasks? known;
    private BegunTask? begun;
    private CancellationTokenSource? atWork;

    /// <param name="entries">Everything under the host's tasks.</param>
    public void Use(ImmutableArray<KeyValueEntry> entries)
    {
        var latest = Decode(entries);
        lock (gate)
        {
            foreach (var (step, report) in latest.Reports)
                if (!reports.ContainsKey(step))
                    reports = reports.Add(step, report);
            reports = reports.RemoveRange(reports.Keys.Where(step => !latest.Tasks.ContainsKey(step)));
            known = latest;
            if (begun is not null && !TaskChoice.IsWanted(latest, begun.Task))
                atWork?.Cancel();
            Publish();
        }
        wakeup.Wake();
    }

    /// <summary>Runs until cancelled, or until the host has retired and has told so.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        begun = file.Read();
        if (begun is { Retired: { } retired })
        {
            log.LogWarning("The bridge left this host at {Retired:u} (run {Run}): the agent ends. Remove {File} if this host is to be bridged again", retired, begun.Task.Run, file.Path);
            await LastWordAsync(begun.Task, begun.Changes, token);
            return;
        }
        if (begun is not null)
            log.LogWarning("Going on with {Step} (attempt {Attempt} of run {Run}), which was begun at {Begun}", begun.Task.Step, begun.Task.Attempt, begun.Task.Run, begun.Begun);
        while (true)
        {
            HostTaskRecord? next;
            lock (gate)
                next = TaskChoice.Next(known, begun, reports);
            if (next is null)
                await wakeup.WaitAsync(RestInterval, time, token);
            else if (await CarryOutAsync(next, token))
                return;
        }
    }

    /// <returns>Whether the agent is to end.</returns>
    private async Task<bool> CarryOutAsync(HostTaskRecord task, CancellationToken token)
    {
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(token);
        var earlier = begun is { } before && TaskChoice.IsSame(before.Task, task) ? before : null;
        var now = earlier ?? new BegunTask(task, time.GetUtcNow(), []);
        file.Write(now);
        lock (gate)
            (begun, atWork) = (now, wanted);
        using var limit = new CancellationTokenSource(Left(now, time.GetUtcNow()), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(wanted.Token, limit.Token);
        StepRun? run = null;
        (HostTaskState State, string Activity, string Cause, string Remedy) end;
        try
        {
            var content = StepContent.Parse(BridgeKeys.HostTask(options.HostName, task.Step), task.Content);
            run = new StepRun(task, content, now.Changes, OnProgress);
            log.LogInformation("{Step}: {What}, attempt {Attempt} of run {Run}", task.Step, task.DryRun ? "dry run" : task.Undo ? "going back" : "begins", task.Attempt, task.Run);
            await CarryOutAsync(stepOf(content.Step.Kind), run, limited.Token);
            end = (HostTaskState.Done, "", "", "");
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !limit.IsCancellationRequested)
        {
            token.ThrowIfCancellationRequested();
            log.LogInformation("{Step}: attempt {Attempt} is not wanted any more", task.Step, task.Attempt);
            Left();
            return false;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            end = (HostTaskState.Failed, run?.Activity ?? "",
                $"It did not end within {task.TimeoutSeconds} s{(run is { Activity.Length: > 0 } ? $": {run.Activity}" : "")}.",
                "Look at what it waited for and at the agent's log; repeat the step, which goes on from where the host is, or go back.");
        }
        catch (Exception e) when (Told(e) is { } told)
        {
            end = (HostTaskState.Failed, run?.Activity ?? "", told.Cause, told.Remedy);
        }
        log.Log(end.State == HostTaskState.Done ? LogLevel.Information : LogLevel.Error, "{Step}: {State}. {Cause} {Remedy}", task.Step, end.State, end.Cause, end.Remedy);
        if (end.State == HostTaskState.Done && !task.DryRun && run!.Content.Step.Kind == StepKind.Retire)
        {
            await RetireAsync(now with { Changes = [.. run.Changes], Retired = time.GetUtcNow() }, token);
            return true;
        }
        Report(task, end.State, end.Activity, run?.Changes ?? now.Changes, end.Cause, end.Remedy);
        Left();
        return false;

        void OnProgress(StepRun progress)
        {
            if (progress.Changes.Count != now.Changes.Count)
            {
                now = now with { Changes = [.. progress.Changes] };
                file.Write(now);
                log.LogInformation("{Step}: {Change}", task.Step, progress.Activity);
            }
            Report(task, progress.State, progress.Activity, progress.Changes, "", "");
        }
    }

    private async Task CarryOutAsync(IStep step, StepRun run, CancellationToken token)
    {
        while (true)
            try
            {
                await step.RunAsync(run, token);
                return;
            }
            catch (Exception e) when (run.Passing.Meet(e) is { } wait)
            {
                run.Acting(wait);
                await Task.Delay(RepeatPause, time, token);
            }
    }

    /// <summary>
    /// An agent that was away for long still gets time: its host may have no engine until it has gone on. A clock that was set back while it was away
    /// gives no more than the whole.
    /// </summary>
    private static TimeSpan Left(BegunTask task, DateTimeOffset now)
    {
        var whole = TimeSpan.FromSeconds(task.Task.TimeoutSeconds);
        var least = TimeSpan.FromSeconds(Math.Min(task.Task.TimeoutSeconds, LeastSeconds));
        return TimeSpan.FromTicks(Math.Clamp((whole - (now - task.Begun)).Ticks, least.Ticks, whole.Ticks));
    }

    /// <summary>On disk before it is told: an agent that is started once more, by whatever, ends again.</summary>
    private async Task RetireAsync(BegunTask retired, CancellationToken token)
    {
        file.Write(retired);
        log.LogWarning("The bridge has left this host; the agent ends");
        await LastWordAsync(retired.Task, retired.Changes, token);
    }

    /// <summary>Tells that the host has retired, and waits until the store has it, or does not ask for it any more.</summary>
    private async Task LastWordAsync(HostTaskRecord task, IReadOnlyList<string> changes, CancellationToken token)
    {
        Report(task, HostTaskState.Done, "", changes, "", "");
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < LastWordPatience)
        {
            try
            {
                var entries = await store.ListAsync(BridgeKeys.HostTasks(options.HostName), new ReadOptions(Consistency.Consistent), token);
                if (TaskChoice.IsOver(Decode(entries.Value), task))
                    return;
            }
            catch (SourceException e)
            {
                log.LogDebug("The last report is not in the store yet: {Cause}", e.Cause);
            }
            await Task.Delay(LastWordPause, time, token);
        }
    }

    private KnownTasks Decode(ImmutableArray<KeyValueEntry> entries) => new(
        TaskMirror.Decode<HostTaskRecord>(entries, static key => (key as BridgeKey.HostTask)?.Step, log),
        TaskMirror.Decode<HostTaskReport>(entries, static key => (key as BridgeKey.HostTaskReport)?.Step, log));

    private void Left()
    {
        lock (gate)
            (begun, atWork) = (null, null);
        file.Delete();
    }

    /// <summary>What went wrong, in the words of whoever found out; null for a fault of this program.</summary>
    private static (string Cause, string Remedy)? Told(Exception error) => error switch
    {
        StepException e => (e.Message, e.Remedy),
        EngineException e => ($"{e.Message} {e.Cause}", e.Remedy),
        ExposeException e => ($"{e.Message} {e.Cause}", e.Remedy),
        SourceException e => ($"{e.Message} {e.Cause}", e.Remedy),
        RedirectException e => ($"{e.Message} {e.Cause}", e.Remedy),
        RecordFormatException e => ($"{e.Key}: byte {e.Offset}: {e.What}", e.Remedy),
        BridgeRecordException e => (e.Message, "See that the control nodes and this agent are of the same version, then repeat the step."),
        IOException or UnauthorizedAccessException => (error.Message, "See that the agent may read and write there, and that the disk has room; then repeat the step."),
        _ => null,
    };

    private void Report(HostTaskRecord task, HostTaskState state, string activity, IReadOnlyList<string> changes, string cause, string remedy)
    {
        lock (gate)
        {
            var since = reports.GetValueOrDefault(task.Step) is { } last && last.State == state && last.Attempt == task.Attempt && last.Run == task.Run ? last.Since : time.GetUtcNow();
            reports = reports.SetItem(
                task.Step, new HostTaskReport(task.Run, task.Step, task.Attempt, task.Undo, state, activity, [.. changes], cause, remedy, since));
            Publish();
        }
    }

    /// <summary>Nothing is deleted before the store was heard of.</summary>
    private void Publish() => publisher.Want(
        reports.Aggregate(DesiredKeys.None, (keys, report) => keys.With(BridgeKeys.HostTaskReport(options.HostName, report.Key), report.Value)) with { IsComplete = known is not null });
}
