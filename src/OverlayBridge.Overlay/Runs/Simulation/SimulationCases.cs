using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs.Simulation;

/// <summary>What becomes of a plan when something goes wrong at a step: every case begins at the moment before that step, in a run without faults.</summary>
public static class SimulationCases
{
    /// <summary>The work of a case grows with the plan's steps: all cases of a hundred hosts are played, two hundred of a thousand.</summary>
    private const int Work = 600_000;

    private const int LeastCases = 200;

    /// <summary>Every host and step that changes something, with every fault.</summary>
    public static ImmutableArray<SimulatedFault> All(RunPlan plan) =>
    [
        .. from stage in plan.Stages
           from step in stage.Steps
           where step.Kind is not (StepKind.CheckStore or StepKind.Retire)
           from kind in Enum.GetValues<SimulatedFaultKind>()
           select new SimulatedFault(step.Host, step.Id, kind),
    ];

    /// <param name="progress">Told the number of cases that are done.</param>
    public static SimulationResult Of(RunPlan plan, DateTimeOffset now, ImmutableArray<SimulatedFault> faults, Action<int>? progress = null)
    {
        var most = Math.Max(LeastCases, Work / Math.Max(1, plan.Stages.Sum(static stage => stage.Steps.Length)));
        // Thinned out evenly, over hosts, steps and kinds of fault.
        var chosen = faults.Length <= most ? faults : [.. Enumerable.Range(0, most).Select(at => faults[(int)((long)at * faults.Length / most)])];
        var wanted = chosen.Select(static fault => fault.Step).ToHashSet(StringComparer.Ordinal);
        var before = new Dictionary<string, SimulatedRun>(StringComparer.Ordinal);
        var clean = Undisturbed(plan, now, (run, action) =>
        {
            if (action is RunAction.Ask { Next.Undo: false } ask && wanted.Contains(ask.Step.Id))
                before.TryAdd(ask.Step.Id, run);
            return false;
        });
        var cases = ImmutableArray.CreateBuilder<SimulationCase>(chosen.Length);
        foreach (var fault in chosen)
        {
            if (before.TryGetValue(fault.Step, out var run))
                cases.Add(Case(run, fault));
            progress?.Invoke(cases.Count);
        }
        return new(clean.Run.Run.State, clean.Run.Run.Note.Length > 0 ? clean.Run.Run.Note : string.Join("; ", clean.Last.WaitsFor), clean.Run.Now - now, faults.Length, cases.ToImmutable());
    }

    /// <summary>The whole plan without faults, by an operator who approves everything and types the plan's name.</summary>
    public static SimulationEnd Undisturbed(RunPlan plan, DateTimeOffset now, Func<SimulatedRun, RunAction, bool>? stop = null)
    {
        var end = SimulationDrive.Go(SimulatedRun.Start(plan, now), approves: true, stop);
        var (retired, refusal) = end.Run.Request(requests => requests.Retire(plan.Plan.Name));
        return refusal is null && end.Run.Run.State == RunState.Paused ? SimulationDrive.Go(retired, approves: true, stop) : end;
    }

    private static SimulationCase Case(SimulatedRun before, SimulatedFault fault)
    {
        var stage = before.Plan.Step(fault.Step)!.Stage;
        var end = SimulationDrive.Go(before with { Faults = [fault] }, approves: false);
        var what = end.Run.Run.State == RunState.Paused ? end.Run.Run.Note : $"waits: {string.Join("; ", end.Last.WaitsFor)}";
        // Both futures begin with the host being looked after.
        var mended = end.Run.Revive(fault.Host);
        return new(fault, stage, what, Here(end.Run, fault) ?? what, Lost(end.Run), Forward(mended, fault), Back(mended, stage));
    }

    /// <summary>Null: the run stands for something else than the step.</summary>
    private static string? Here(SimulatedRun run, SimulatedFault fault) => run.Steps.GetValueOrDefault(fault.Step) switch
    {
        { State: StepState.Failed } failed => $"pauses: {failed.Cause}",
        { State: StepState.Asked } asked => $"waits: {RunDecisions.Progress(run.View(), asked)}",
        _ => null,
    };

    private static ImmutableArray<string> Lost(SimulatedRun run) =>
    [
        .. from one in run.Plan.Running
           let down = one.Members.Count(run.Down.Contains)
           where down > 0
           select $"{one.Set.Name}: {down} of {one.Set.Members.Length} down, allowed {run.Plan.Allowed(one.Set)}",
    ];

    private static bool Forward(SimulatedRun mended, SimulatedFault fault)
    {
        var resumed = mended.Run.State == RunState.Paused ? mended.Request(static requests => requests.Resume()).Next : mended;
        var end = SimulationDrive.Go(resumed, approves: true, (run, action) => action is RunAction.Stage { Next.State: StageState.Done } stage && stage.Next.Stage == run.Plan.Step(fault.Step)!.Stage);
        return end.Run.Steps.GetValueOrDefault(fault.Step)?.State == StepState.Done && end.Last.Actions.Any(static action => action is RunAction.Stage { Next.State: StageState.Done });
    }

    /// <summary>Back to the stage before, where everything is as it was when the stage began.</summary>
    private static bool Back(SimulatedRun mended, string stage)
    {
        var number = mended.Plan.Stage(stage)!.Number;
        var (asked, refusal) = mended.Request(requests => requests.Rollback(number == 0 ? null : mended.Plan.Stages[number - 1].Name));
        if (refusal is not null)
            return false;
        var end = SimulationDrive.Go(asked, approves: false).Run;
        var earlier = mended.Plan.Stages.Take(number).SelectMany(static one => one.Steps).Select(static step => step.Id);
        return end.Run.State is RunState.RolledBack or RunState.Paused && end.Run.Rollback is null && end.HalfWay.IsEmpty && end.Down.IsEmpty &&
            end.InForce.Where(step => end.Plan.Step(step)!.Kind != StepKind.CheckStore).ToHashSet().SetEquals(earlier.Where(step => end.Plan.Step(step)!.Kind != StepKind.CheckStore));
    }
}

/// <param name="State">How the plan ends without faults.</param>
/// <param name="Note">Why it ends so.</param>
/// <param name="Time">How long it takes in the model.</param>
/// <param name="Possible">How many cases there are; fewer may have been played.</param>
public sealed record SimulationResult(RunState State, string Note, TimeSpan Time, int Possible, ImmutableArray<SimulationCase> Cases);

/// <summary>One fault and what comes of it.</summary>
/// <param name="Then">What the run does: why it paused, or what it waits for.</param>
/// <param name="Here">The same for a place where host and step are named beside it.</param>
/// <param name="Lost">Replica sets with members down at that moment.</param>
/// <param name="GoesOn">Once the host is looked after, a resume brings the stage to its end.</param>
/// <param name="GoesBack">Once the host is looked after, a rollback ends where the stage began.</param>
public sealed record SimulationCase(SimulatedFault Fault, string Stage, string Then, string Here, ImmutableArray<string> Lost, bool GoesOn, bool GoesBack);
