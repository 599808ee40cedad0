using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>The event that a write of the executor makes. Pure.</summary>
public static class RunStory
{
    private const int MaxText = 500;

    /// <summary>Null for a write that is no news.</summary>
    public static RunEvent? Of(RunView view, RunAction action) => action switch
    {
        RunAction.Ask ask => Event(
            view, ask.Next.Undo ? "undo-begun" : "step-begun", ask.Step.Stage, ask.Step.Host, ask.Step.Id,
            $"{(ask.Next.Undo ? "undo of " : "")}{ask.Step.Id} on {ask.Step.Host} is begun{(ask.Next.Attempt > 1 ? $", attempt {ask.Next.Attempt}" : "")}"),
        RunAction.Journal journal => Event(
            view, $"step-{journal.Next.State.ToString().ToLowerInvariant()}", journal.Step.Stage, journal.Step.Host, journal.Step.Id, Text(journal)),
        RunAction.Stage { Next: var stage } => OfStage(view, stage),
        RunAction.Move { Next: var run } when run.State != view.Run.State => Event(view, $"run-{RunRequests.Word(run.State)}", "", "", "", $"{RunRequests.Word(run.State)}: {run.Note}"),
        RunAction.Move { Next: var run } when run.Term != view.Run.Term => Event(view, "executor", "", "", "", $"{run.Executor} carries the run out"),
        _ => null,
    };

    private static RunEvent? OfStage(RunView view, StageRecord stage)
    {
        var known = view.Stages.GetValueOrDefault(stage.Stage);
        if (known?.State != stage.State)
            return Event(view, $"stage-{stage.State.ToString().ToLowerInvariant()}", stage.Stage, "", "", $"stage {stage.Stage} is {stage.State.ToString().ToLowerInvariant()}");
        return stage.Gates.FirstOrDefault(gate => gate.State == GateState.Failed && known.Gates.FirstOrDefault(one => one.Name == gate.Name)?.State != GateState.Failed) is { } failed
            ? Event(view, "gate-failed", stage.Stage, "", "", $"gate {failed.Name} of stage {stage.Stage} failed: {failed.Detail}")
            : null;
    }

    private static string Text(RunAction.Journal journal) => journal.Next.State switch
    {
        StepState.Failed => $"{(journal.Next.Undo ? "undo of " : "")}{journal.Step.Id} on {journal.Step.Host} failed: {journal.Next.Cause}",
        StepState.Skipped => $"{journal.Step.Id} on {journal.Step.Host} is {journal.Next.Cause}",
        var state => $"{journal.Step.Id} on {journal.Step.Host} is {state.ToString().ToLowerInvariant()}",
    };

    private static RunEvent Event(RunView view, string kind, string stage, string host, string step, string text) =>
        new(0, view.Now, view.Run.Id, view.Run.Plan, kind, stage, host, step, text.Length <= MaxText ? text : $"{text[..MaxText]}…");
}
