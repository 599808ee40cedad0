using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

public sealed class ChangeLoopTests
{
    private static readonly SourceException LeaderLost = new("bridge://a refuses a request.", "500 The outcome of the write is unknown: the leader was lost", "");

    [Fact]
    public async Task A_write_whose_leader_is_lost_is_looked_after_and_tried_again()
    {
        var edge = new FailingEdge(LeaderLost, LeaderLost);

        await RunAsync(edge);

        Assert.Equal((3, 2), (edge.Tries, edge.Pauses));
    }

    [Fact]
    public async Task A_store_that_stays_lost_and_an_engine_that_stays_dead_fail_in_their_own_words()
    {
        Assert.Same(LeaderLost, await Assert.ThrowsAsync<SourceException>(() => RunAsync(new FailingEdge(LeaderLost, LeaderLost, LeaderLost))));
        var dead = new EngineException("Cannot start web.", "connection refused", "");
        Assert.Same(dead, await Assert.ThrowsAsync<EngineException>(() => RunAsync(new FailingEdge(dead, dead, dead))));
    }

    [Fact]
    public async Task What_a_store_does_not_allow_is_not_tried_again()
    {
        var edge = new FailingEdge(new SourceException("bridge://a refuses a request.", "403", "") { IsDenied = true });

        await Assert.ThrowsAsync<SourceException>(() => RunAsync(edge));

        Assert.Equal((1, 0), (edge.Tries, edge.Pauses));
    }

    private static Task RunAsync(FailingEdge edge)
    {
        var step = new PlanStep("convert-host.h1", StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(step, "plan", "m1", [], new PlanHost("h1", IPAddress.Loopback, HostStrategy.ConvertHost, "20.10.5", null, []), []);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, false, false, content.ToText(), 60, default), content, [], static _ => { });
        return edge.RunAsync(run, TestContext.Current.CancellationToken);
    }
}
