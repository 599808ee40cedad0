using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Overlay.Runs;

public sealed class RunForecastTests
{
    private static readonly RunPlan Plan = new(SamplePlans.Small);

    [Fact]
    public void What_is_left_goes_down_to_nothing_as_steps_are_done_and_is_none_when_paused()
    {
        var run = SimulatedRun.Start(Plan, SamplePlans.Now);
        var left = RunForecast.Remaining(Plan, run.Run, run.Steps, run.Now)!.Value;
        var canary = SimulationDrive.Go(run, approves: false).Run;
        Assert.InRange(RunForecast.Remaining(Plan, canary.Run, canary.Steps, canary.Now)!.Value, TimeSpan.FromSeconds(1), left - TimeSpan.FromSeconds(1));
        var end = SimulationDrive.Go(canary, approves: true).Run;
        Assert.Equal(RunState.Paused, end.Run.State);
        Assert.Null(RunForecast.Remaining(Plan, end.Run, end.Steps, end.Now));
    }

    [Fact]
    public void Steps_are_expected_to_take_what_they_took_in_this_run()
    {
        var canary = SimulationDrive.Go(SimulatedRun.Start(Plan, SamplePlans.Now), approves: false).Run;
        var before = RunForecast.Remaining(Plan, canary.Run, canary.Steps, canary.Now)!.Value;
        var slow = canary.Steps["convert-host.h1"] with { Ended = canary.Steps["convert-host.h1"].Begun.AddMinutes(10) };
        var after = RunForecast.Remaining(Plan, canary.Run, canary.Steps.SetItem(slow.Step, slow), canary.Now)!.Value;
        // Two hosts are left, side by side.
        Assert.InRange(after - before, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
    }
}
