using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>The way forward: the first stage that is not done, its hosts side by side, the steps of each one after the other, then the gates.</summary>
internal static class Forward
{
    public static RunDecision Next(RunView view)
    {
        if (view.Plan.Stages.FirstOrDefault(stage => !view.IsDone(stage)) is not { } stage)
            return End(view);
        if (stage.Stage.Kind == StageKind.Retire && view.Run.Retire is null)
            return RunDecision.Do("pausing", new RunAction.Move(view.Run.In(
                RunState.Paused, view.Now, $"Stage {stage.Name} is one-way: after it the bridge is gone, and there is no way back.",
                $"To go on: 'migrate retire {view.Run.Plan}'. To go back: 'migrate rollback'. Nothing else is to be done until then.")));
        return view.Stage(stage) switch
        {
            null or { State: StageState.Undone } => Begin(view, stage),
            { Generation: var generation, Gates: var gates } record when generation < view.Run.Generation && gates.Any(static gate => gate.State == GateState.Failed) =>
                RunDecision.Do("looking at the gates anew", new RunAction.Stage(record with
                {
                    Generation = view.Run.Generation, Gates = [], StepsEnded = record.StepsEnded is null ? null : view.Now,
                })),
            { } record => Work(view, stage, record),
        };
    }

    private static RunDecision End(RunView view)
    {
        var retired = view.Plan.Stages.Any(static stage => stage.Stage.Kind == StageKind.Retire);
        return RunDecision.Do("ending", new RunAction.Move(view.Run.In(
            retired ? RunState.Retired : RunState.Done, view.Now,
            retired ? "The applications run on plain swarm; the bridge is needed no more." : "Every stage is done; the bridge still stands, and the way back is open.",
            retired ? "Stop the agents and the control nodes; 'overlaybridge audit --retired' proves that nothing is left." : "")));
    }

    private static RunDecision Begin(RunView view, RunStage stage) => Windows.Closed(stage.Stage.Window, view.Now) is { } closed
        ? RunDecision.Wait($"waiting to begin stage {stage.Name}", $"the window of stage {stage.Name}: {closed}")
        : RunDecision.Do($"beginning stage {stage.Name}", new RunAction.Stage(new StageRecord(
            view.Run.Id, stage.Name, StageState.Begun, view.Run.Generation, view.Now, null, null, [])));

    private static RunDecision Work(RunView view, RunStage stage, StageRecord record)
    {
        if (RunDecisions.Failure(view, stage, undo: false) is { } failure)
            return failure;
        if (record.Gates.FirstOrDefault(static gate => gate.State == GateState.Failed) is { } failed && record.Generation == view.Run.Generation)
            return Gates.Pause(view, stage, failed);
        var probing = ProbeGate.Begin(view, stage, record);
        if (!probing.IsEmpty)
            return new(probing, $"stage {stage.Name}: beginning to probe", []);
        var turn = new HostTurn(view, undo: false);
        var remaining = Remaining(view, stage);
        if (remaining.IsEmpty)
            return turn.IsIdle ? Gates.Next(view, stage, record) : RunDecision.Wait($"stage {stage.Name}", turn.Waits);
        Offer(view, stage, record, remaining, turn);
        if (turn.Actions.IsEmpty && turn.IsIdle && turn.Impossible is { } impossible)
            return RunDecision.Do("pausing", new RunAction.Move(view.Run.In(
                RunState.Paused, view.Now, $"Stage {stage.Name} cannot go on: {impossible}.",
                "Run more replicas elsewhere, or allow more to be away in a new plan; then 'migrate resume'.")));
        if (turn.Actions.IsEmpty && turn.IsIdle && ProbeGate.GivesUp(view, stage, record) is { } given)
            return RunDecision.Do("a probe fails", new RunAction.Stage(record with { Gates = [given] }));
        return new(turn.Actions, $"stage {stage.Name}: {stage.Steps.Length - remaining.Length} of {stage.Steps.Length} steps done", turn.Waits);
    }

    /// <summary>Steps that are neither done nor left out.</summary>
    private static ImmutableArray<PlanStep> Remaining(RunView view, RunStage stage) =>
        [.. stage.Steps.Where(step => view.Step(step.Id) is not { State: StepState.Done or StepState.Skipped })];

    private static void Offer(RunView view, RunStage stage, StageRecord record, ImmutableArray<PlanStep> remaining, HostTurn turn)
    {
        var closed = Windows.Closed(stage.Stage.Window, view.Now);
        var retiring = remaining[0].Kind == StepKind.Retire && !view.Run.IsOneWay;
        // Outside of the hosts' stages a kind of step waits until the one before it is done everywhere: no network is exposed before every host reaches the store.
        foreach (var step in NextOfEachHost(remaining).Where(step => stage.Stage.Kind == StageKind.Hosts || step.Kind == remaining[0].Kind))
        {
            if (turn.IsBusy(step.Host))
                continue;
            if (view.Skip(step.Id) is { } skip)
                turn.Settle(RunDecisions.Settle(view, step, StepState.Skipped, undo: false, $"left out by {skip.By}: {skip.Reason}"));
            else if (closed is not null)
                turn.Wait($"the window of stage {stage.Name}: {closed}");
            else if (IsFirstOfHost(view, stage, step) && ProbeGate.Unfit(view, stage, record) is { } unfit)
                turn.Wait($"{step.Host}: {unfit}");
            else if (retiring)
                turn.CrossOver();
            else
                turn.Offer(step);
        }
    }

    private static IEnumerable<PlanStep> NextOfEachHost(ImmutableArray<PlanStep> remaining) => remaining.DistinctBy(static step => step.Host, StringComparer.Ordinal);

    /// <summary>A host that is begun is brought to its end; only the next is not begun while a probe fails.</summary>
    private static bool IsFirstOfHost(RunView view, RunStage stage, PlanStep step) =>
        stage.Steps.First(one => one.Host == step.Host).Id == step.Id && view.Step(step.Id) is null or { State: StepState.Undone };
}
