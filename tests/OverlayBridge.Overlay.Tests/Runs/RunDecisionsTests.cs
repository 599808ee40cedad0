using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Overlay.Runs;

public sealed class RunDecisionsTests
{
    private static readonly RunPlan Plan = new(SamplePlans.Small);

    private static SimulatedRun Start(params ImmutableArray<SimulatedFault> faults) => SimulatedRun.Start(Plan, SamplePlans.Now, faults);

    [Fact]
    public void Steps_are_begun_in_the_plans_order_and_no_network_is_exposed_before_every_host_reaches_the_store()
    {
        var asked = new List<string>();
        SimulationDrive.Go(Start(), approves: true, (_, action) =>
        {
            if (action is RunAction.Ask ask)
                asked.Add(ask.Step.Id);
            return false;
        });
        Assert.Equal(
            [
                "check-store.h1", "check-store.h2", "check-store.h3", "expose-network.appnet", "convert-host.h1", "clean-records.h1",
                "convert-host.h2", "clean-records.h2", "convert-host.h3", "clean-records.h3",
            ], asked);
    }

    [Fact]
    public void An_approval_is_waited_for_without_a_limit_and_the_command_is_named()
    {
        var end = SimulationDrive.Go(Start(), approves: false);
        Assert.Equal(RunState.Running, end.Run.Run.State);
        Assert.Equal(["gate looks-good: a person's word: 'migrate approve canary'"], end.Last.WaitsFor);
        Assert.Equal(StageState.Done, SimulationDrive.Go(end.Run.Request(static r => r.Approve("canary")).Next, approves: false).Run.Stages["canary"].State);
    }

    [Fact]
    public void Before_its_one_way_end_a_run_pauses_until_the_plans_name_is_typed()
    {
        var end = SimulationDrive.Go(Start(), approves: true).Run;
        Assert.Equal(RunState.Paused, end.Run.State);
        Assert.Contains("migrate retire sample", end.Run.Remedy, StringComparison.Ordinal);
        Assert.NotNull(end.Request(static requests => requests.Resume()).Refusal);
        Assert.NotNull(end.Request(static requests => requests.Retire("sampel")).Refusal);
        var retired = SimulationDrive.Go(end.Request(static requests => requests.Retire("sample")).Next, approves: true).Run;
        Assert.Equal((RunState.Retired, true), (retired.Run.State, retired.Run.IsOneWay));
        Assert.NotNull(retired.Request(static requests => requests.Rollback(null)).Refusal);
    }

    [Fact]
    public void A_failed_step_pauses_with_its_cause_and_a_resume_tries_again()
    {
        var paused = SimulationDrive.Go(Start(new SimulatedFault("h2", "convert-host.h2", SimulatedFaultKind.EngineStaysDown)), approves: true).Run;
        Assert.Equal("convert-host.h2 on h2 failed: the engine does not come back", paused.Run.Note);
        Assert.StartsWith("Look at the engine's log on the host. Then 'migrate resume' tries again", paused.Run.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("convert-host.h3", paused.Steps.Keys);
        var resumed = SimulationDrive.Go(paused.Request(static requests => requests.Resume()).Next, approves: true).Run;
        Assert.Equal((StepState.Done, 2), (resumed.Steps["convert-host.h2"].State, resumed.Steps["convert-host.h2"].Attempt));
        Assert.Equal(StageState.Done, resumed.Stages["rest"].State);
    }

    [Fact]
    public void A_lost_agent_is_waited_for_by_name_and_nothing_is_begun_beyond_it()
    {
        var end = SimulationDrive.Go(Start(new SimulatedFault("h1", "convert-host.h1", SimulatedFaultKind.HostDies)), approves: true);
        Assert.Equal(RunState.Running, end.Run.Run.State);
        Assert.Equal(["h1: convert-host.h1 (asked for; its agent is not heard of, it goes on when it is)"], end.Last.WaitsFor);
        Assert.Equal(StageState.Done, SimulationDrive.Go(end.Run.Revive("h1"), approves: true).Run.Stages["rest"].State);
    }

    [Fact]
    public void A_step_that_is_left_out_is_noted_with_who_and_why_and_the_rest_goes_on()
    {
        var paused = SimulationDrive.Go(Start(new SimulatedFault("h1", "clean-records.h1", SimulatedFaultKind.Refused)), approves: true).Run;
        var (skipped, refusal) = paused.Request(static requests => requests.Skip("clean-records.h1", "cleaned by hand"));
        Assert.Null(refusal);
        var end = SimulationDrive.Go(skipped.Request(static requests => requests.Resume()).Next, approves: true).Run;
        Assert.Equal((StepState.Skipped, "left out by model: cleaned by hand"), (end.Steps["clean-records.h1"].State, end.Steps["clean-records.h1"].Cause));
        Assert.Equal(StageState.Done, end.Stages["rest"].State);
    }

    [Fact]
    public void A_replica_that_is_missing_elsewhere_keeps_a_host_from_going()
    {
        var canary = SimulationDrive.Go(Start(), approves: false).Run;
        var rest = SimulationDrive.Go(canary.Request(static r => r.Approve("canary")).Next, approves: false, static (_, action) => action is RunAction.Ask);
        var waiting = RunDecisions.Next((rest.Run with { Down = ["h1/web-1"] }).View());
        Assert.Empty(waiting.Actions);
        Assert.Equal(
            [
                "h2: replica set web may lose 1 of 3, and away are h1/web-1 (not running)", "h3: replica set web may lose 1 of 3, and away are h1/web-1 (not running)",
            ], waiting.WaitsFor);
    }

    [Fact]
    public void A_window_that_is_closed_is_waited_for_with_the_time_at_which_it_opens()
    {
        var window = new MaintenanceWindow([DayOfWeek.Saturday], new TimeOnly(22, 0), new TimeOnly(4, 0));
        var plan = new RunPlan(SamplePlans.Small with { Stages = [SamplePlans.Small.Stages[0] with { Window = window }] });
        var friday = new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(["the window of stage prepare: opens Sat 2026-11-28 22:00Z"], RunDecisions.Next(SimulatedRun.Start(plan, friday).View()).WaitsFor);
        Assert.Null(Windows.Closed(window, friday.AddDays(2).Date.AddHours(3)));
        Assert.NotNull(Windows.Closed(window, friday.AddDays(2).Date.AddHours(4)));
        Assert.Equal(RunState.Done, SimulationDrive.Go(SimulatedRun.Start(plan, friday), approves: false).Run.Run.State);
    }

    [Fact]
    public void A_probe_is_tried_before_the_first_step_and_its_budget_is_judged_over_the_whole_stage()
    {
        var probed = SamplePlans.Small with
        {
            Stages = [SamplePlans.Small.Stages[0], new("all", StageKind.Hosts, ["h1", "h2", "h3"], [SamplePlans.Probe("m", budget: 0.05)], null)],
        };
        var begun = SimulationDrive.Go(SimulatedRun.Start(new RunPlan(probed), SamplePlans.Now), approves: true, static (_, action) => action is RunAction.Ask { Step.Kind: StepKind.ConvertHost }).Run;
        Assert.True(begun.Probes["all.http"].SuccessesInARow >= 3);
        // Ten seconds of failure in a minute or so are too much.
        var failing = (begun with { FailingProbes = ["all.http"] }).Advance(begun.Now.AddSeconds(10)) with { FailingProbes = [] };
        var paused = SimulationDrive.Go(failing, approves: true).Run;
        Assert.Equal(RunState.Paused, paused.Run.State);
        Assert.StartsWith("Gate http of stage all failed: ", paused.Run.Note, StringComparison.Ordinal);
        Assert.Contains("connection refused", paused.Run.Note, StringComparison.Ordinal);
        Assert.Equal(RunState.Done, SimulationDrive.Go(paused.Request(static requests => requests.Resume()).Next, approves: true).Run.Run.State);
        Assert.Equal(RunState.Done, SimulationDrive.Go(
            paused.Request(static requests => requests.Skip("all/http", "known")).Next.Request(static requests => requests.Resume()).Next, approves: true).Run.Run.State);
    }

    [Fact]
    public void A_probe_that_fails_before_anything_was_changed_pauses_the_run_without_a_change()
    {
        var plan = new RunPlan(SamplePlans.Small with { Stages = [new("all", StageKind.Hosts, ["h1"], [SamplePlans.Probe("m")], null)] });
        var paused = SimulationDrive.Go(SimulatedRun.Start(plan, SamplePlans.Now) with { FailingProbes = ["all.http"] }, approves: true).Run;
        Assert.Equal(RunState.Paused, paused.Run.State);
        Assert.Contains("before the next host is begun", paused.Run.Note, StringComparison.Ordinal);
        Assert.Empty(paused.Steps);
    }

    [Fact]
    public void The_way_back_undoes_the_last_stage_first_and_each_hosts_last_step_first()
    {
        var undone = new List<string>();
        var done = SimulationDrive.Go(Start(), approves: true).Run;
        var end = SimulationDrive.Go(done.Request(static requests => requests.Rollback(null)).Next, approves: false, (_, action) =>
        {
            if (action is RunAction.Ask ask)
                undone.Add(ask.Step.Id);
            return false;
        }).Run;
        Assert.Equal(RunState.RolledBack, end.Run.State);
        Assert.Equal(
            [
                "clean-records.h3", "clean-records.h2", "convert-host.h3", "convert-host.h2", "clean-records.h1", "convert-host.h1", "expose-network.appnet",
            ], undone);
    }

    [Fact]
    public void Whatever_the_agents_answer_about_an_earlier_attempt_is_no_answer()
    {
        var run = SimulationDrive.Go(Start(), approves: true, static (_, action) => action is RunAction.Journal { Step.Kind: StepKind.ConvertHost }).Run;
        var asked = run.Steps["convert-host.h1"];
        Assert.True(asked.IsUnderWay);
        Assert.NotNull(run.View().Answer(asked));
        Assert.Null((run with { Steps = run.Steps.SetItem(asked.Step, asked with { Attempt = 2 }) }).View().Answer(asked with { Attempt = 2 }));
        Assert.Null(run.View().Answer(asked with { Undo = true }));
        Assert.Null(run.View().Answer(asked with { Run = "another" }));
    }
}
