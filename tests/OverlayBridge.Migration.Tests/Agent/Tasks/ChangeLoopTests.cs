using System.Collections.Immutable;
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
        var edge = new Edge(LeaderLost, LeaderLost);

        await RunAsync(edge);

        Assert.Equal((3, 2), (edge.Tries, edge.Pauses));
    }

    [Fact]
    public async Task A_store_that_stays_lost_and_an_engine_that_stays_dead_fail_in_their_own_words()
    {
        Assert.Same(LeaderLost, await Assert.ThrowsAsync<SourceException>(() => RunAsync(new Edge(LeaderLost, LeaderLost, LeaderLost))));
        var dead = new EngineException("Cannot start web.", "connection refused", "");
        Assert.Same(dead, await Assert.ThrowsAsync<EngineException>(() => RunAsync(new Edge(dead, dead, dead))));
    }

    [Fact]
    public async Task What_a_store_does_not_allow_is_not_tried_again()
    {
        var edge = new Edge(new SourceException("bridge://a refuses a request.", "403", "") { IsDenied = true });

        await Assert.ThrowsAsync<SourceException>(() => RunAsync(edge));

        Assert.Equal((1, 0), (edge.Tries, edge.Pauses));
    }

    private static Task RunAsync(Edge edge)
    {
        var step = new PlanStep("convert-host.h1", StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(step, "plan", "m1", [], new PlanHost("h1", IPAddress.Loopback, HostStrategy.ConvertHost, "20.10.5", null, []), []);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, false, false, content.ToText(), 60, default), content, [], static _ => { });
        return ChangeLoop.RunAsync<bool, Change>(edge, static isDone => isDone ? null : new Change(), "", run, TestContext.Current.CancellationToken);
    }

    private sealed record Change : IChange
    {
        public string Words => "Write it down";
    }

    /// <summary>Fails in these ways, one at a try, before it does what it is told.</summary>
    private sealed class Edge(params ImmutableArray<Exception> failures) : IChangeEdge<bool, Change>
    {
        private bool isDone;

        public int Tries { get; private set; }

        public int Pauses { get; private set; }

        public Task<bool> LookAsync(CancellationToken token) => Task.FromResult(isDone);

        public Task DoAsync(Change change, bool now, StepRun run, CancellationToken token)
        {
            if (Tries++ < failures.Length)
                throw failures[Tries - 1];
            isDone = true;
            return Task.CompletedTask;
        }

        public Task PauseAsync(CancellationToken token)
        {
            Pauses++;
            return Task.CompletedTask;
        }
    }
}
