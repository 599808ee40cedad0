using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Runs;

/// <summary>The executor on a store in memory, with agents that do what they are asked for.</summary>
public sealed class RunTermTests : IDisposable
{
    private static readonly ImmutableArray<string> Forward =
    [
        "check-store.h1 1", "check-store.h2 1", "check-store.h3 1", "expose-network.appnet 1", "convert-host.h1 1", "clean-records.h1 1",
        "convert-host.h2 1", "clean-records.h2 1", "convert-host.h3 1", "clean-records.h3 1",
    ];

    private readonly KeyStore keys = new();
    private readonly FakeTimeProvider time = new(SamplePlans.Now);
    private readonly FleetModel fleet;

    public RunTermTests() => fleet = new FleetModel(keys, SamplePlans.Small);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunRecord Run => BridgeRecords.Decode<RunRecord>(BridgeKeys.Migration, Encoding.UTF8.GetBytes(keys[BridgeKeys.Migration]!));

    private void Start(MigrationPlan? plan = null)
    {
        var stored = StoredPlan.Of(plan ?? SamplePlans.Small);
        for (var chunk = 0; chunk < stored.Chunks.Length; chunk++)
            keys.Set(BridgeKeys.RunPlan("r1", chunk), stored.Chunks[chunk].ToArray());
        keys.Set(BridgeKeys.Migration, BridgeRecords.Encode(new RunRecord("r1", "sample", stored.Digest, stored.Chunks.Length, RunState.Running, SamplePlans.Now, "", "", "root@h1", SamplePlans.Now)));
    }

    private RunTerm Term(string node, RunStoreModel? store = null) => new(store ?? new RunStoreModel(keys), new ExecutorOptions(node), time, NullLogger.Instance);

    /// <summary>Looks again and again, agents working in between, until nothing happens any more.</summary>
    private async Task SettleAsync(RunTerm term)
    {
        for (var quiet = 0; quiet < 5;)
        {
            var before = keys.WriteCount + fleet.Done.Count;
            var pause = await term.StepAsync(Token);
            fleet.Work();
            quiet = pause > TimeSpan.Zero && fleet.Done.Count + keys.WriteCount == before ? quiet + 1 : 0;
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private async Task RequestAsync(Func<RunRequests, RunAnswer> request)
    {
        var records = new RunRecords(keys);
        var content = await records.ContentAsync("r1", Token);
        var run = (await records.RunAsync(Token))!;
        var answer = request(new RunRequests(run.Record, new RunPlan(RunRecords.PlanOf(run.Record, content)), content.Journal, content.StageRecords, "root@h1", time.GetUtcNow()));
        Assert.Null(answer.Refusal);
        Assert.True(await records.MoveAsync(answer.Next!, run.Index, Token));
    }

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task A_plan_is_carried_out_to_its_one_way_end_and_what_hosts_were_asked_for_is_taken_away()
    {
        Start();
        keys.Set(BridgeKeys.Takeover, BridgeRecords.Encode(new TakeoverRecord("t", "consul://c", "docker/", [], [], ["h1"], [], TakeoverPhase.Committed, SamplePlans.Now, new(15), "root", "")));
        var term = Term("n1");
        await SettleAsync(term);
        await RequestAsync(static requests => requests.Approve("canary"));
        await SettleAsync(term);
        Assert.Equal(Forward, fleet.Done);
        Assert.Equal((RunState.Paused, "n1", 1), (Run.State, Run.Executor, Run.Term));
        await RequestAsync(static requests => requests.Retire("sample"));
        await SettleAsync(term);
        Assert.Equal((RunState.Retired, true), (Run.State, Run.IsOneWay));
        Assert.Equal(["unexpose.appnet 1", "retire.h1 1", "retire.h2 1", "retire.h3 1", "retire.m 1"], fleet.Done[Forward.Length..].Order().Reverse().OrderBy(static step => !step.StartsWith('u')).ThenBy(static step => step));
        Assert.Equal(TakeoverPhase.Released, BridgeRecords.Decode<TakeoverRecord>("", Encoding.UTF8.GetBytes(keys[BridgeKeys.Takeover]!)).Phase);
        Assert.DoesNotContain(keys.Keys, static key => key.Contains("/tasks/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_leader_that_is_lost_before_or_after_any_of_its_writes_is_followed_by_one_that_ends_the_same_way()
    {
        var (lostAt, lost) = (0, true);
        while (lost)
        {
            lostAt++;
            foreach (var afterwards in (bool[])[false, true])
            {
                keys.Reset();
                fleet.Done.Clear();
                _ = new FleetModel(keys, SamplePlans.Small);
                Start();
                await RequestAsync(static requests => requests.Approve("canary"));
                lost = true;
                try
                {
                    await SettleAsync(Term("n1", new RunStoreModel(keys) { LostAt = lostAt, LostAfterwards = afterwards }));
                    lost = false;
                }
                catch (SourceException)
                {
                    fleet.Work(); // agents go on without a leader
                }
                await SettleAsync(Term("n2"));
                Assert.Equal(Forward, fleet.Done);
                Assert.Equal(RunState.Paused, Run.State);
            }
        }
        Assert.True(lostAt > 3 * Forward.Length, $"only {lostAt} writes");
    }

    [Fact]
    public async Task A_leader_that_does_not_know_that_it_leads_no_longer_writes_nothing()
    {
        Start();
        var old = new RunRecords(keys);
        var (run, content) = ((await old.RunAsync(Token))!, await old.ContentAsync("r1", Token));
        var look = await new FleetRecords(keys, new ExecutorOptions("n1"), time).LookAsync("r1", Token);
        var view = look.View(run.Record, new RunPlan(SamplePlans.Small), content, time.GetUtcNow());
        var writer = new RunWriter(new RunStoreModel(keys), run, content, view, null);
        var late = RunDecisions.Next(view).Actions;
        Assert.NotEmpty(late);
        await Term("n2").StepAsync(Token); // takes the run up
        var before = keys.Keys;
        foreach (var action in late)
            Assert.False(await writer.ApplyAsync(action, Token));
        Assert.Equal(before, keys.Keys);
    }

    [Fact]
    public async Task A_failed_step_pauses_and_a_rollback_undoes_it_with_everything_before_it()
    {
        fleet.Fails["convert-host.h1"] = 1;
        Start();
        var term = Term("n1");
        await SettleAsync(term);
        Assert.Equal((RunState.Paused, "convert-host.h1 on h1 failed: no disk"), (Run.State, Run.Note));
        await RequestAsync(static requests => requests.Rollback(null));
        await SettleAsync(Term("n2"));
        Assert.Equal(RunState.RolledBack, Run.State);
        Assert.Equal(["convert-host.h1 1 failed", "convert-host.h1 2 undo", "expose-network.appnet 2 undo"], fleet.Done[4..]);
    }

    [Fact]
    public async Task A_replica_is_away_when_its_container_its_engine_or_its_host_is()
    {
        var plan = new RunPlan(SamplePlans.Small);
        var records = new FleetRecords(keys, new ExecutorOptions("n1"), time);
        async Task<ImmutableDictionary<string, string>> AwayAsync() =>
            (await records.LookAsync("r1", Token)).View(new RunRecord("r1", "", "", 0, RunState.Running, SamplePlans.Now, "", "", "", SamplePlans.Now), plan, RunContent.None, SamplePlans.Now).Away;
        Assert.Empty(await AwayAsync());
        var host = new HostRecord("h1", "", "", System.Net.IPAddress.Loopback, null, HostState.Lost, EngineState.Up, SamplePlans.Now, "1");
        keys.Set(BridgeKeys.Host("h1"), BridgeRecords.Encode(host));
        keys.Set(BridgeKeys.Host("h2"), BridgeRecords.Encode(host with { Name = "h2", State = HostState.Up, Engine = EngineState.Down }));
        keys.Remove(BridgeKeys.Container("h3", SamplePlans.Small.Hosts[2].Containers[0].Id));
        Assert.Equal(
            [("h1/web-1", "its host is not heard of"), ("h2/web-2", "its engine is down"), ("h3/web-3", "not there")],
            (await AwayAsync()).OrderBy(static one => one.Key).Select(static one => (one.Key, one.Value)));
    }
}
