using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>What the executor writes is what a target believes, there and back, and at no other time.</summary>
public sealed class MovePermitsTests : IDisposable
{
    private static readonly MigrationPlan Plan = SamplePlans.Plan(
        1, [("web", 1, [(1, "web-1")])], 1, [new("prepare", StageKind.Prepare, [], [], null), new("all", StageKind.Hosts, ["h1"], [], null)], HostStrategy.MoveContainer);

    private static readonly MoveRequest Request = new(
        "id", "m", Plan.Hosts[0].Containers[0].Id, "web-1", "", MoveWant.Look, [new MoveEndpoint("appnet", IPAddress.Parse("10.60.1.2"), null, [])], "");

    private readonly KeyStore keys = new();
    private readonly FakeTimeProvider time = new(SamplePlans.Now);

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task A_target_does_what_the_executor_has_asked_for_as_long_as_it_is_not_done()
    {
        var fleet = new FleetModel(keys, Plan);
        StoredRun.Write(keys, Plan);
        var term = new RunTerm(new RunStoreModel(keys), new ExecutorOptions("n1"), time, NullLogger.Instance);

        Assert.Equal([MoveWant.Made, MoveWant.Running], await SettleAsync(term, fleet));
        Assert.Contains("move-container.h1.web-1 1", fleet.Done);
        Assert.Empty(await PermittedAsync());

        var records = new RunRecords(keys);
        var run = (await records.RunAsync(Token))!;
        Assert.Equal(RunState.Done, run.Record.State);
        var content = await records.ContentAsync("run", Token);
        var answer = new RunRequests(run.Record, new RunPlan(Plan), content.Journal, content.StageRecords, "root@m", time.GetUtcNow()).Rollback(null);
        Assert.True(await records.MoveAsync(answer.Next!, run.Index, Token));

        Assert.Equal([MoveWant.Gone], await SettleAsync(term, fleet));
        Assert.Equal(RunState.RolledBack, (await records.RunAsync(Token))!.Record.State);
        Assert.Empty(await PermittedAsync());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs until nothing happens any more; everything that was permitted at some time.</summary>
    private async Task<IEnumerable<MoveWant>> SettleAsync(RunTerm term, FleetModel fleet)
    {
        var permitted = new SortedSet<MoveWant>();
        for (var (quiet, rounds) = (0, 0); quiet < 5; rounds++)
        {
            Assert.True(rounds < 1000, "the run does not settle");
            var before = keys.WriteCount + fleet.Done.Count;
            var pause = await term.StepAsync(Token);
            permitted.UnionWith(await PermittedAsync());
            fleet.Work();
            quiet = pause > TimeSpan.Zero && fleet.Done.Count + keys.WriteCount == before ? quiet + 1 : 0;
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        return permitted;
    }

    private async Task<ImmutableArray<MoveWant>> PermittedAsync()
    {
        var permitted = ImmutableArray.CreateBuilder<MoveWant>();
        foreach (var want in (MoveWant[])[MoveWant.Made, MoveWant.Running, MoveWant.Gone])
            try
            {
                Assert.Equal("web-1", (await new MovePermits(keys, "m").FindAsync("h1", Request with { Want = want }, Token)).Name);
                permitted.Add(want);
            }
            catch (StepException refused)
            {
                Assert.NotEmpty(refused.Remedy);
            }
        return permitted.ToImmutable();
    }
}
