using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>
/// The way back, keyed by the last completed step: the last stage that was begun first, on each host its last step first. What was begun and failed is undone
/// too, for nobody knows how far it came; what a host is at comes to its end first.
/// </summary>
internal static class Backward
{
    public static RunDecision Next(RunView view)
    {
        var stays = view.Run.Rollback is { To: { Length: > 0 } to } ? view.Plan.Stage(to)?.Number ?? -1 : -1;
        for (var at = view.Plan.Stages.Length - 1; at > stays; at--)
        {
            var stage = view.Plan.Stages[at];
            var touched = Touched(view, stage);
            if (!touched.IsEmpty)
                return Work(view, stage, touched);
            if (view.Stage(stage) is { State: not StageState.Undone } record)
                return RunDecision.Do($"stage {stage.Name} is undone", new RunAction.Stage(record with { State = StageState.Undone, Ended = view.Now, Gates = [] }));
        }
        return End(view, stays);
    }

    private static RunDecision End(RunView view, int stays)
    {
        if (RunDecisions.Unwanted(view, null) is { IsEmpty: false } unwanted)
            return new(unwanted, "ending the probes", []);
        var next = view.Run with { Rollback = null };
        return RunDecision.Do("ending the way back", new RunAction.Move(stays < 0
            ? next.In(RunState.RolledBack, view.Now, "Everything that the run did is undone.")
            : next.In(RunState.Paused, view.Now, $"Rolled back to stage {view.Plan.Stages[stays].Name}.", "'migrate resume' goes forward again, 'migrate rollback' further back.")));
    }

    /// <summary>Steps of which something may be there to undo, the last first.</summary>
    private static ImmutableArray<PlanStep> Touched(RunView view, RunStage stage) =>
        [.. stage.Steps.Where(step => view.Step(step.Id) is { State: not StepState.Undone }).Reverse()];

    private static RunDecision Work(RunView view, RunStage stage, ImmutableArray<PlanStep> touched)
    {
        if (RunDecisions.Failure(view, stage, undo: true) is { } failure)
            return failure;
        var turn = new HostTurn(view, undo: true);
        foreach (var step in touched.DistinctBy(static step => step.Host, StringComparer.Ordinal)
            .Where(step => stage.Stage.Kind == StageKind.Hosts || step.Kind == touched[0].Kind))
        {
            if (turn.IsBusy(step.Host))
                continue;
            if (Settled(view, step) is { } reason)
                turn.Settle(RunDecisions.Settle(view, step, StepState.Undone, undo: true, reason));
            else
                turn.Offer(step);
        }
        if (turn.Actions.IsEmpty && turn.IsIdle && turn.Impossible is { } impossible)
            return RunDecision.Do("pausing", new RunAction.Move(view.Run.In(
                RunState.Paused, view.Now, $"The way back from stage {stage.Name} cannot go on: {impossible}.",
                "Run more replicas elsewhere, then 'migrate resume'.")));
        return new(turn.Actions, $"rolling back stage {stage.Name}: {touched.Length} steps to undo", turn.Waits);
    }

    /// <summary>Why there is nothing to ask a host for; null when there is.</summary>
    private static string? Settled(RunView view, PlanStep step)
    {
        if (view.Skip(step.Id) is { } skip)
            return $"left as it is by {skip.By}: {skip.Reason}";
        if (step.Kind == StepKind.CheckStore)
            return "changes nothing";
        return view.Step(step.Id) is { State: StepState.Skipped, Attempt: 0 } ? "was left out" : null;
    }
}
