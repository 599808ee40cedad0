using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Overlay.Runs;

public sealed class SimulationCasesTests
{
    [Fact]
    public void Every_fault_at_every_step_of_the_sample_has_a_way_on_and_a_way_back_and_loses_no_more_than_one_replica()
    {
        var plan = new RunPlan(SamplePlans.Small);
        var faults = SimulationCases.All(plan);
        Assert.Equal(8 * 3, faults.Length); // expose, three hosts with two steps, unexpose
        var result = SimulationCases.Of(plan, SamplePlans.Now, faults);
        Assert.Equal(RunState.Retired, result.State);
        Assert.Equal(faults.Length, result.Cases.Length);
        Assert.All(result.Cases, static one =>
        {
            Assert.True(one.GoesOn && one.GoesBack, $"{one}");
            Assert.Contains(one.Fault.Step, one.Then, StringComparison.Ordinal);
            Assert.Equal(
                one.Fault.Kind switch
                {
                    SimulatedFaultKind.HostDies => "waits: asked for; its agent is not heard of, it goes on when it is",
                    SimulatedFaultKind.EngineStaysDown => "pauses: the engine does not come back",
                    _ => "pauses: the check before it says no",
                },
                one.Here);
            Assert.True(one.Lost.All(static lost => lost == "web: 1 of 3 down, allowed 1"), string.Join(";", one.Lost));
        });
    }
}
