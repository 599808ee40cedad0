using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>What must hold after a stage's steps. All gates must hold at the same look; a person is waited for without a limit.</summary>
internal static class Gates
{
    /// <summary>How long a gate may take after the last step, before it has failed: containers start, names spread.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static RunDecision Next(RunView view, RunStage stage, StageRecord record)
    {
        if (record.StepsEnded is null)
            return RunDecision.Do($"stage {stage.Name}: looking at its gates", new RunAction.Stage(record with { StepsEnded = view.Now }));
        ImmutableArray<GateRecord> gates = [.. stage.Stage.Gates.Select(gate => Judge(view, stage, record, gate))];
        if (gates.All(static gate => gate.State is GateState.Passed or GateState.Skipped))
            return new(
                [.. RunDecisions.Unwanted(view, null), new RunAction.Stage(record with { State = StageState.Done, Ended = view.Now, Gates = gates })],
                $"stage {stage.Name} is done", []);
        // What is seen changes all the time; worth a write is only what a gate has come to.
        var changed = !gates.Select(static gate => (gate.Name, gate.State)).SequenceEqual(record.Gates.Select(static gate => (gate.Name, gate.State)));
        return new(
            changed ? [new RunAction.Stage(record with { Gates = gates })] : [],
            $"stage {stage.Name}: its steps are done, waiting for its gates",
            [.. gates.Where(static gate => gate.State == GateState.Waiting).Select(static gate => $"gate {gate.Name}: {gate.Detail}")]);
    }

    public static RunDecision Pause(RunView view, RunStage stage, GateRecord failed) => RunDecision.Do("pausing", new RunAction.Move(view.Run.In(
        RunState.Paused, view.Now, $"Gate {failed.Name} of stage {stage.Name} failed: {failed.Detail}.",
        $"Look at what the gate looks at; then 'migrate resume' looks anew, 'migrate skip {stage.Name}/{failed.Name} --reason TEXT' leaves the gate out, 'migrate rollback' goes back.")));

    private static GateRecord Judge(RunView view, RunStage stage, StageRecord record, Gate gate)
    {
        if (view.Skip($"{stage.Name}/{gate.Name}") is { } skip)
            return new(gate.Name, GateState.Skipped, $"left out by {skip.By}: {skip.Reason}");
        return gate switch
        {
            Gate.Approval => Approval(view, stage, gate),
            Gate.Replicas replicas => Replicas(view, stage, record, replicas),
            Gate.Probe probe => ProbeGate.Judge(view, stage, record, probe),
            _ => throw new InvalidOperationException($"No way to judge {gate.GetType().Name}."),
        };
    }

    private static GateRecord Approval(RunView view, RunStage stage, Gate gate) =>
        view.Run.Approvals.FirstOrDefault(approval => approval.Stage == stage.Name) is { } approval
            ? new(gate.Name, GateState.Passed, $"approved by {approval.By}")
            : new(gate.Name, GateState.Waiting, $"a person's word: 'migrate approve {stage.Name}'");

    private static GateRecord Replicas(RunView view, RunStage stage, StageRecord record, Gate.Replicas gate)
    {
        var hosts = view.Plan.Stages.Take(stage.Number + 1).SelectMany(static one => one.Stage.Hosts).ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (set, members) in view.Plan.Running.Where(one => gate.Sets.IsDefaultOrEmpty || gate.Sets.Contains(one.Set.Name)))
        {
            var away = members.Where(member => hosts.Contains(RunPlan.HostOf(member)) && view.Away.ContainsKey(member)).ToList();
            if (away.Count > view.Plan.Allowed(set))
                missing.Add($"{set.Name}: {string.Join(", ", away.Take(5).Select(member => $"{member} ({view.Away[member]})"))}");
        }
        if (missing.Count == 0)
            return new(gate.Name, GateState.Passed, "every replica set has what it needs");
        var late = view.Now - record.StepsEnded > Patience;
        return new(gate.Name, late ? GateState.Failed : GateState.Waiting, $"not running of {string.Join("; of ", missing)}");
    }
}
