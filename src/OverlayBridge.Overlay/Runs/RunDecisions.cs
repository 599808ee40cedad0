using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>
/// The executor's decisions. Pure: whoever leads decides the same, and what a leader left undone the next one finds. A dry run, a simulation and
/// the run itself decide by nothing else.
/// </summary>
public static class RunDecisions
{
    public static RunDecision Next(RunView view)
    {
        // What hosts have come to the end of is noted first, in whatever state the run is.
        var ended = Ended(view);
        if (!ended.IsEmpty)
            return new([.. ended], "noting what hosts have done", []);
        return view.Run.State switch
        {
            RunState.Running => Forward.Next(view),
            RunState.RollingBack => Backward.Next(view),
            RunState.Paused => RunDecision.Wait("paused", [.. UnderWay(view)]),
            _ when Unwanted(view, null) is { IsEmpty: false } unwanted => new(unwanted, "ending the probes", []),
            RunState.Done => RunDecision.Wait("done; 'migrate rollback' is still possible"),
            RunState.Retired => RunDecision.Wait("retired"),
            _ => RunDecision.Wait("rolled back"),
        };
    }

    private static ImmutableArray<RunAction> Ended(RunView view) =>
    [
        .. from record in view.UnderWay
           let report = view.Answer(record)
           where report is { State: HostTaskState.Done or HostTaskState.Failed }
           select new RunAction.Journal(view.Plan.Step(record.Step)!, Outcome(view, record, report)),
    ];

    private static StepRecord Outcome(RunView view, StepRecord asked, HostTaskReport report) => asked with
    {
        // A run that was resumed meanwhile pauses for a failure all the same.
        Generation = view.Run.Generation,
        State = report.State == HostTaskState.Failed ? StepState.Failed : asked.Undo ? StepState.Undone : StepState.Done,
        Ended = view.Now,
        Changes = [.. report.Changes.Take(StepRecord.MaxChanges)],
        Cause = report.Cause,
        Remedy = report.Remedy,
    };

    /// <summary>Each step that a host is at, with how it is getting on.</summary>
    internal static IEnumerable<string> UnderWay(RunView view) =>
        from record in view.UnderWay
        select $"{view.Plan.Step(record.Step)!.Host}: {(record.Undo ? "undo of " : "")}{record.Step} ({Progress(view, record)})";

    /// <summary>How a host is getting on with a step that it is at.</summary>
    internal static string Progress(RunView view, StepRecord record)
    {
        var activity = view.Answer(record) is { } report ? $"{Word(report.State)}{(report.Activity.Length > 0 ? $", {report.Activity}" : "")}" : "asked for";
        return view.IsHeard(view.Plan.Step(record.Step)!.Host) ? activity : $"{activity}; its agent is not heard of, it goes on when it is";
    }

    private static string Word(HostTaskState state) => state.ToString().ToLowerInvariant();

    /// <summary>Probes of this run that are asked for and belong to another stage than <paramref name="current"/>, or count for an earlier attempt.</summary>
    internal static ImmutableArray<RunAction> Unwanted(RunView view, RunStage? current) =>
    [
        .. from task in view.ProbeTasks
           where current is null || !current.Probes.Any(probe => ProbeGate.NameOf(current, probe) == task.Key.Probe)
           orderby task.Key.Host, task.Key.Probe
           select new RunAction.Unwatch(task.Key.Host, task.Key.Probe),
    ];

    /// <summary>An attempt at a step, in the run's direction.</summary>
    internal static RunAction.Ask Ask(RunView view, PlanStep step, bool undo) => new(step, new StepRecord(
        view.Run.Id, step.Id, StepState.Asked, undo, (view.Step(step.Id)?.Attempt ?? 0) + 1, view.Run.Generation, view.Now, null, [], "", ""));

    /// <summary>A step that is settled without asking anybody.</summary>
    internal static RunAction.Journal Settle(RunView view, PlanStep step, StepState state, bool undo, string reason)
    {
        var known = view.Step(step.Id);
        return new(step, new StepRecord(
            view.Run.Id, step.Id, state, undo, known?.Attempt ?? 0, view.Run.Generation, known?.Begun ?? view.Now, view.Now, known?.Changes ?? [], reason, ""));
    }

    /// <summary>Pauses for what failed in this generation; null when nothing did.</summary>
    internal static RunDecision? Failure(RunView view, RunStage stage, bool undo)
    {
        var failed = stage.Steps
            .Select(step => (Step: step, Record: view.Step(step.Id)))
            .Where(one => one.Record is { State: StepState.Failed } record && record.Undo == undo && record.Generation == view.Run.Generation && view.Skip(one.Step.Id) is null)
            .ToList();
        if (failed.Count == 0)
            return null;
        var (first, why) = (failed[0].Step, failed[0].Record!);
        var more = failed.Count > 1 ? $" (and {failed.Count - 1} more: {string.Join(", ", failed.Skip(1).Take(5).Select(static one => one.Step.Id))})" : "";
        var note = $"{(undo ? "The undo of " : "")}{first.Id} on {first.Host} failed{more}: {why.Cause}";
        var remedy = $"{(why.Remedy.Length > 0 ? $"{why.Remedy.TrimEnd('.')}. Then" : $"Look at the agent and the engine of {first.Host}; then")} 'migrate resume' tries again, " +
            $"'migrate skip {first.Id} --reason TEXT' leaves it out{(undo ? "" : ", 'migrate rollback' goes back")}.";
        return RunDecision.Do("pausing", new RunAction.Move(view.Run.In(RunState.Paused, view.Now, note, remedy)));
    }
}
