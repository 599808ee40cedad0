using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>The gates that are probes: begun before the stage's first step, looked at before each further host, judged at the end.</summary>
public static class ProbeGate
{
    /// <summary>How a probe is called on its host.</summary>
    public static string NameOf(RunStage stage, Gate.Probe probe) => $"{stage.Name}.{probe.Name}";

    /// <summary>Asks hosts to probe, and to stop probing for an earlier stage; nothing when all do as they should.</summary>
    internal static ImmutableArray<RunAction> Begin(RunView view, RunStage stage, StageRecord record) =>
    [
        .. RunDecisions.Unwanted(view, stage),
        .. from probe in stage.Probes
           let host = RunPlan.HostOf(probe.From)
           let task = TaskOf(view, stage, record, probe)
           where view.ProbeTasks.GetValueOrDefault((host, task.Probe)) != task
           select new RunAction.Watch(host, task),
    ];

    private static ProbeTaskRecord TaskOf(RunView view, RunStage stage, StageRecord record, Gate.Probe probe) => new(
        view.Run.Id, NameOf(stage, probe), record.Generation + 1, probe.From.IndexOf('/', StringComparison.Ordinal) is var at and >= 0 ? probe.From[(at + 1)..] : null,
        probe.Target, (int)probe.Interval.TotalMilliseconds, (int)probe.Timeout.TotalMilliseconds);

    /// <summary>Which probe does not succeed now; null when all do, or are left out.</summary>
    internal static string? Unfit(RunView view, RunStage stage, StageRecord record)
    {
        foreach (var probe in stage.Probes.Where(probe => view.Skip($"{stage.Name}/{probe.Name}") is null))
            if (Fault(view, stage, record, probe) is { } fault)
                return $"probe {probe.Name} {fault}";
        return null;
    }

    /// <summary>A gate that failed because a probe has not succeeded for too long while no host was at work; null while it is waited for.</summary>
    internal static GateRecord? GivesUp(RunView view, RunStage stage, StageRecord record)
    {
        var last = stage.Steps.Select(step => view.Step(step.Id)?.Ended).Append(record.Begun).Append(view.Run.StateSince).Max()!.Value;
        foreach (var probe in stage.Probes.Where(probe => view.Skip($"{stage.Name}/{probe.Name}") is null))
            if (Fault(view, stage, record, probe) is { } fault && view.Now - last > Patience(probe))
                return new(probe.Name, GateState.Failed, $"it {fault}, before the next host is begun");
        return null;
    }

    internal static TimeSpan Patience(Gate.Probe probe) => Gates.Patience + probe.Successes * (probe.Interval + probe.Timeout);

    /// <summary>The verdict at the stage's end.</summary>
    internal static GateRecord Judge(RunView view, RunStage stage, StageRecord record, Gate.Probe probe)
    {
        var late = view.Now - record.StepsEnded > Patience(probe);
        if (Fault(view, stage, record, probe) is { } fault)
            return new(probe.Name, late ? GateState.Failed : GateState.Waiting, $"it {fault}");
        var report = view.Probes[NameOf(stage, probe)].Report;
        var share = report.Tries == 0 ? 0 : (double)report.Failures / report.Tries;
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Failures} of {report.Tries} tries failed ({share:P1}, allowed {probe.ErrorBudget:P1}), the longest outage {report.LongestOutageMilliseconds / 1000.0:0.0} s");
        return share <= probe.ErrorBudget
            ? new(probe.Name, GateState.Passed, seen)
            : new(probe.Name, GateState.Failed, report.LastError.Length > 0 ? $"{seen}; the last error: {report.LastError}" : seen);
    }

    private static string? Fault(RunView view, RunStage stage, StageRecord record, Gate.Probe probe)
    {
        if (view.Probes.GetValueOrDefault(NameOf(stage, probe)) is not { } sighting || sighting.Report.Attempt != record.Generation + 1)
            return $"has not been tried yet from {probe.From}{(view.IsHeard(RunPlan.HostOf(probe.From)) ? "" : ", whose agent is not heard of")}";
        if (!sighting.IsFresh)
            return $"is not tried any more from {probe.From}";
        return sighting.Report.SuccessesInARow < probe.Successes
            ? string.Create(CultureInfo.InvariantCulture, $"succeeded {sighting.Report.SuccessesInARow} times in a row, wanted are {probe.Successes}{(sighting.Report.LastError.Length > 0 ? $"; the last error: {sighting.Report.LastError}" : "")}")
            : null;
    }
}
