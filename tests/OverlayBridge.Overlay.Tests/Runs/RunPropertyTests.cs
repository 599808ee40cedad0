using CsCheck;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Overlay.Runs;

/// <summary>Random plans, with faults, operators and leaders that come and go at any moment; also leaders that do not know yet that they lead no longer.</summary>
public sealed class RunPropertyTests
{
    private const int Moves = 250;

    private static readonly Gen<(MigrationPlan Plan, int Seed)> Cases = Gen.Select(SamplePlans.Any, Gen.Int);

    [Fact]
    public void Whatever_happens_no_host_has_two_steps_no_stage_begins_early_and_no_set_loses_more_than_it_may() =>
        Cases.Sample(one => _ = Play(one.Plan, one.Seed), iter: 600);

    [Fact]
    public void Whatever_happened_a_run_comes_to_its_end_when_hosts_are_mended_and_an_operator_resumes() => Cases.Sample(
        one =>
        {
            var run = Mend(Play(one.Plan, one.Seed));
            var end = BringToEnd(run);
            Assert.True(
                end.Run.State is RunState.Done or RunState.RolledBack or RunState.Retired || IsImpossible(end),
                $"{end.Run.State}: {end.Run.Note} {string.Join("; ", RunDecisions.Next(end.View()).WaitsFor)}");
        },
        iter: 400);

    [Fact]
    public void From_wherever_a_run_is_before_its_one_way_end_a_rollback_leaves_nothing_of_it() => Cases.Sample(
        one =>
        {
            var run = Mend(Play(one.Plan, one.Seed));
            if (run.Run.IsOneWay || run.Run.State is RunState.Retired)
            {
                Assert.NotNull(run.Request(static requests => requests.Rollback(null)).Refusal);
                return;
            }
            var end = BringToEnd(run.Request(static requests => requests.Rollback(null)).Next);
            if (IsImpossible(end))
                return;
            Assert.Equal(RunState.RolledBack, end.Run.State);
            Assert.All(end.InForce, step => Assert.Equal(StepKind.CheckStore, end.Plan.Step(step)!.Kind));
            Assert.Empty(end.HalfWay);
            Assert.Empty(end.Down);
            Assert.All(end.Steps.Values, static step => Assert.Equal(StepState.Undone, step.State));
        },
        iter: 400);

    [Fact]
    public void A_rollback_to_any_stage_that_is_done_leaves_that_and_what_is_before_it_alone() => SamplePlans.Any.Sample(
        plan =>
        {
            var done = SimulationDrive.Go(SimulatedRun.Start(new RunPlan(plan), SamplePlans.Now), approves: true).Run;
            foreach (var stage in done.Plan.Stages.Where(stage => done.Stages.GetValueOrDefault(stage.Name)?.State == StageState.Done))
            {
                var back = SimulationDrive.Go(done.Request(requests => requests.Rollback(stage.Name)).Next, approves: false).Run;
                Assert.Equal(RunState.Paused, back.Run.State);
                Assert.Equal(
                    done.Plan.Stages.Take(stage.Number + 1).SelectMany(static one => one.Steps).Select(static step => step.Id).Order(),
                    back.InForce.Order());
                var again = SimulationDrive.Go(back.Request(static requests => requests.Resume()).Next, approves: true).Run;
                Assert.Equal(done.InForce.Order(), again.InForce.Order());
            }
        },
        iter: 100);

    /// <summary>A plan can ask for what cannot be: a host with more of a set than may go.</summary>
    private static bool IsImpossible(SimulatedRun run) => run.Run.Note.Contains("cannot go on", StringComparison.Ordinal);

    private static SimulatedRun Mend(SimulatedRun run) =>
        run.Dead.Aggregate(run with { Faults = [], FailingProbes = [] }, static (mended, host) => mended.Revive(host));

    private static SimulatedRun BringToEnd(SimulatedRun run)
    {
        for (var attempt = 0; attempt < 30; attempt++)
        {
            run = SimulationDrive.Go(run, approves: true).Run;
            if (run.Run.State != RunState.Paused || IsImpossible(run))
                return run;
            var (next, refusal) = run.Request(static requests => requests.Resume());
            run = refusal is null ? next : run.Request(requests => requests.Retire(run.Run.Plan)).Next;
        }
        return run;
    }

    private static SimulatedRun Play(MigrationPlan plan, int seed)
    {
        var random = new Random(seed);
        var run = SimulatedRun.Start(new RunPlan(plan), SamplePlans.Now);
        var old = run.View();
        for (var move = 0; move < Moves; move++)
        {
            switch (random.Next(12))
            {
                case 0:
                    // A new leader; the last one goes on with what it saw.
                    old = run.View();
                    run = Write(run, run.View(), new RunAction.Move(run.Run with { Executor = $"n{move}", Term = run.Run.Term + 1 }));
                    break;
                case 1:
                    run = Carry(run, old, random);
                    break;
                case 2:
                    run = Disturb(run, random);
                    break;
                case 3 when random.Next(4) == 0:
                    run = Ask(run, random);
                    break;
                case 4 or 5:
                    run = run.Advance(run.Now.AddSeconds(random.Next(1, 60)));
                    break;
                default:
                    run = Carry(run, run.View(), random);
                    break;
            }
        }
        return run;
    }

    /// <summary>The leader is lost between any two of its writes.</summary>
    private static SimulatedRun Carry(SimulatedRun run, RunView view, Random random)
    {
        foreach (var action in RunDecisions.Next(view).Actions)
        {
            if (random.Next(10) == 0)
                return run;
            run = Write(run, view, action);
        }
        return run;
    }

    private static SimulatedRun Write(SimulatedRun run, RunView looked, RunAction action)
    {
        if (run.Apply(looked, action) is not { } next)
            return run;
        if (action is RunAction.Ask ask)
            CheckAsk(run, next, ask);
        return next;
    }

    private static void CheckAsk(SimulatedRun before, SimulatedRun after, RunAction.Ask ask)
    {
        var underWay = after.Steps.Values.Where(static step => step.IsUnderWay).Select(step => after.Plan.Step(step.Step)!).ToList();
        Assert.Equal(underWay.Count, underWay.Select(static step => step.Host).Distinct().Count());
        Assert.InRange(underWay.Count(static step => step.Kind != StepKind.CheckStore), 0, after.Plan.Plan.Limits.Parallel);
        Assert.False(before.Dead.Contains(ask.Step.Host), "a dead host was asked");
        Assert.Equal((before.Steps.GetValueOrDefault(ask.Step.Id)?.Attempt ?? 0) + 1, ask.Next.Attempt);
        var stage = before.Plan.Stage(ask.Step.Stage)!;
        Assert.Single(underWay.Select(static step => step.Stage).Distinct());
        if (ask.Next.Undo)
            Assert.All(before.Plan.Stages.Skip(stage.Number + 1).SelectMany(static one => one.Steps), step => Assert.DoesNotContain(step.Id, before.InForce));
        else
            foreach (var earlier in before.Plan.Stages.Take(stage.Number))
            {
                Assert.Equal(StageState.Done, before.Stages[earlier.Name].State);
                Assert.Equal(earlier.Stage.Gates.Length, before.Stages[earlier.Name].Gates.Count(static gate => gate.State is GateState.Passed or GateState.Skipped));
            }
        if (ask.Step.Kind == StepKind.Retire)
            Assert.True(before.Run.IsOneWay && before.Run.Retire is not null, "the one-way step was begun without a word");
        var affected = before.Plan.Affected(ask.Step, before.Steps);
        foreach (var (set, members) in before.Plan.Running)
            if (members.Any(member => affected.Contains(member) && !before.Down.Contains(member)))
                Assert.InRange(members.Count(after.Down.Contains), 0, before.Plan.Allowed(set));
    }

    private static SimulatedRun Disturb(SimulatedRun run, Random random)
    {
        var steps = run.Plan.Stages.SelectMany(static stage => stage.Steps).Where(static step => step.Kind != StepKind.Retire).ToList();
        var step = steps[random.Next(steps.Count)];
        return random.Next(5) switch
        {
            0 or 1 => run with { Faults = run.Faults.Add(new(step.Host, step.Id, (SimulatedFaultKind)random.Next(3))) },
            2 => run with { FailingProbes = run.FailingProbes.IsEmpty ? [.. run.Plan.Stages.SelectMany(static stage => stage.Probes.Select(probe => ProbeGate.NameOf(stage, probe)))] : [] },
            _ => run.Dead.Aggregate(run, static (mended, host) => mended.Revive(host)),
        };
    }

    private static SimulatedRun Ask(SimulatedRun run, Random random)
    {
        var done = run.Plan.Stages.Where(stage => run.Stages.GetValueOrDefault(stage.Name)?.State == StageState.Done).ToList();
        return run.Request(requests => random.Next(9) switch
        {
            0 => requests.Pause(),
            1 or 2 or 3 => requests.Resume(),
            4 or 5 => requests.Approve(run.Plan.Stages[random.Next(run.Plan.Stages.Length)].Name),
            6 => requests.Retire(run.Run.Plan),
            7 when done.Count > 0 => requests.Rollback(done[random.Next(done.Count)].Name),
            _ when random.Next(3) == 0 => requests.Rollback(null),
            _ => requests.Resume(),
        }).Next;
    }
}
