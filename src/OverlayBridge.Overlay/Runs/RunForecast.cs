using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Overlay.Runs;

/// <summary>How long the rest of a run takes: from what steps of each kind took in this run so far, or what they took by hand where there is none yet. Pure.</summary>
public static class RunForecast
{
    /// <summary>Of the hosts' work alone: people, windows and failures are not foreseen. Null when the run is neither going forward nor back.</summary>
    public static TimeSpan? Remaining(RunPlan plan, RunRecord run, ImmutableDictionary<string, StepRecord> journal, DateTimeOffset now) => run.State switch
    {
        RunState.Running => Sum(plan, plan.Stages, step => journal.GetValueOrDefault(step.Id) is not { State: StepState.Done or StepState.Skipped }, undo: false, journal, now),
        RunState.RollingBack => Sum(
            plan, plan.Stages.Skip((plan.Stage(run.Rollback?.To ?? "")?.Number ?? -1) + 1),
            step => step.Kind != StepKind.CheckStore && journal.GetValueOrDefault(step.Id) is { State: not StepState.Undone }, undo: true, journal, now),
        _ => null,
    };

    /// <summary>Hosts of a stage work side by side, as many as the plan allows; the slowest host is the least that a stage takes.</summary>
    private static TimeSpan Sum(
        RunPlan plan, IEnumerable<RunStage> stages, Func<PlanStep, bool> remains, bool undo, ImmutableDictionary<string, StepRecord> journal, DateTimeOffset now)
    {
        var times = Times(plan, undo, journal);
        var sum = TimeSpan.Zero;
        foreach (var stage in stages)
        {
            var hosts = stage.ByHost.Select(steps => steps.Where(remains).Aggregate(TimeSpan.Zero, (total, step) => total + Left(step))).Where(static host => host > TimeSpan.Zero).ToList();
            if (hosts.Count == 0)
                continue;
            var together = hosts.Aggregate(TimeSpan.Zero, static (total, host) => total + host) / Math.Min(plan.Plan.Limits.Parallel, hosts.Count);
            sum += together > hosts.Max() ? together : hosts.Max();
        }
        return sum;

        TimeSpan Left(PlanStep step)
        {
            var whole = times.TryGetValue(step.Kind, out var measured) ? measured : SimulatedTask.TimeOf(step.Kind);
            var spent = journal.GetValueOrDefault(step.Id) is { IsUnderWay: true } record ? now - record.Begun : TimeSpan.Zero;
            return spent <= TimeSpan.Zero ? whole : spent < whole ? whole - spent : TimeSpan.FromSeconds(1);
        }
    }

    private static Dictionary<StepKind, TimeSpan> Times(RunPlan plan, bool undo, ImmutableDictionary<string, StepRecord> journal) => journal.Values
        .Where(record => record.Undo == undo && record is { State: StepState.Done or StepState.Undone, Ended: not null, Attempt: > 0 } && record.Ended > record.Begun)
        .GroupBy(record => plan.Step(record.Step)!.Kind)
        .ToDictionary(static group => group.Key, static group => TimeSpan.FromSeconds(group.Average(static record => (record.Ended!.Value - record.Begun).TotalSeconds)));
}
