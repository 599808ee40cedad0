using CsCheck;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class ConversionDecisionTests
{
    private static readonly Gen<ModelHost> Hosts = Gen.Select(Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool).Array[0, 4], Gen.Bool).Select(static (flags, comesBack) =>
        ModelHosts.Legacy(flags.Select(static (f, at) => ModelHosts.Container($"c{at}", at + 2, f.Item1, f.Item2, f.Item3, f.Item4))) with { ComesBack = comesBack });

    private static readonly Gen<int[]> Deaths = Gen.Frequency((6, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3))).Array[0, 60];

    private static readonly Gen<int[]> DeathsAndKills = Gen.Frequency((6, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3)), (2, Gen.Const(4)), (1, Gen.Const(5)), (1, Gen.Const(6))).Array[0, 60];

    [Fact]
    public async Task A_conversion_makes_its_moves_in_the_proved_order()
    {
        var edge = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2, byId: true), ModelHosts.Container("old", 3, isRunning: false)), ConversionDecision.Forward);

        Assert.Equal(
            [
                "Save", "StopEngine", "RenameModes", "WriteDaemonJson", "KeepAddresses", "StartEngine", "JoinSwarm", "ConnectAll", "StartContainers", "WriteRecords", "RunHolder",
            ],
            edge.Moves.Select(static move => move.GetType().Name));
        Assert.Equal("10.60.0.2", edge.Moves.OfType<HostMove.ConnectAll>().Single().Each[0].Address?.ToString());
        Assert.Null(edge.Moves.OfType<HostMove.ConnectAll>().Single().Each[1].Address);
        Assert.Equal(["db"], edge.Moves.OfType<HostMove.StartContainers>().Single().Names);
        Assert.Equal("""{"data-root":"/data","dns":["172.18.0.1","10.0.0.53"]}""", edge.Host.DaemonJson!.Replace("\n", "").Replace(" ", ""));
    }

    [Fact]
    public async Task The_way_back_makes_its_moves_in_the_proved_order()
    {
        var converted = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward);

        var edge = await RunAsync(converted.Host, ConversionDecision.Backward);

        Assert.Equal(
            ["RemoveHolder", "LeaveSwarm", "StopEngine", "DeleteRecords", "WriteDaemonJson", "StartEngine", "Connect", "StartContainers", "RemoveNodes", "Forget"],
            edge.Moves.Select(static move => move.GetType().Name));
        Assert.Equal(ModelHosts.Daemon, edge.Host.DaemonJson);
        Assert.Empty(edge.Host.OwnRecords);
    }

    [Fact]
    public async Task An_engine_that_is_killed_before_it_left_the_swarm_is_started_there_to_leave()
    {
        var converted = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward);

        var edge = await DyingEdge.RunAsync(converted.Host, ConversionDecision.Backward, [4], int.MaxValue, ModelHosts.Goal);

        Assert.Equal(
            ["StopEngine", "RemoveDevices", "StartEngine", "RemoveHolder", "LeaveSwarm", "StopEngine", "DeleteRecords", "WriteDaemonJson", "StartEngine", "Connect", "StartContainers", "RemoveNodes", "Forget"],
            edge.Moves.Select(static move => move.GetType().Name));
        Assert.Equal("inactive", edge.Host.Setup.SwarmState);
        // Where the file of a legacy engine is there already, by whomever: it ends as soon as it starts.
        var stuck = converted.Host.After(new HostMove.StopEngine(), ModelHosts.Goal, static () => null!) with { DaemonJson = ModelHosts.Daemon };
        Assert.IsType<HostMove.WriteDaemonJson>(ConversionDecision.Backward(stuck.Look(), stuck.Notes, ModelHosts.Goal));
        Assert.Equal(ModelHosts.Daemon, (await RunAsync(stuck, ConversionDecision.Backward)).Host.DaemonJson);
    }

    [Fact]
    public async Task A_container_that_is_down_and_still_on_the_swarms_network_is_taken_off_it_first()
    {
        var home = await DyingEdge.RunAsync((await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward)).Host, ConversionDecision.Backward, [], 6, ModelHosts.Goal);
        Assert.IsType<HostMove.StartEngine>(home.Moves[^1]);
        var (db, notes) = (home.Host.Containers.Values.Single(), home.Host.Notes!);

        HostMove? NextOn(string networkId) => ConversionDecision.Backward(
            (home.Host with
            {
                Containers = home.Host.Containers.SetItem(
                    db.Id, db with { State = "exited", Attachments = [new("appnet", networkId, "", null, null, notes.Before.Containers[0].Endpoints[0].Address, ["alias2"])] }),
            }).Look(), notes, ModelHosts.Goal);

        Assert.True(Assert.IsType<HostMove.Connect>(NextOn("swarm-appnet")).LeavesFirst);
        Assert.IsType<HostMove.StartContainers>(NextOn(""));
        Assert.IsType<HostMove.StartContainers>(NextOn(ModelHosts.Goal.Networks[0].LegacyId));
    }

    [Fact]
    public async Task Done_again_nothing_is_changed()
    {
        var converted = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward);

        Assert.Empty((await RunAsync(converted.Host, ConversionDecision.Forward)).Moves);
        var back = await RunAsync(converted.Host, ConversionDecision.Backward);
        Assert.Empty((await RunAsync(back.Host, ConversionDecision.Backward)).Moves);
    }

    [Fact]
    public async Task Another_engine_version_costs_one_stop_and_its_exchange_later_one_more()
    {
        var newer = ModelHosts.Goal with { Version = "26.1.5" };
        var straight = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward, newer);
        Assert.Single(straight.Moves.OfType<HostMove.StopEngine>());
        Assert.Equal("26.1.5", straight.Host.Setup.Version);

        var later = await RunAsync((await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward)).Host, ConversionDecision.Forward, newer);
        Assert.Equal(["StopEngine", "StartEngine", "StartContainers", "RunHolder"], later.Moves.Select(static move => move.GetType().Name));

        var back = await RunAsync(straight.Host, ConversionDecision.Backward, newer);
        Assert.StartsWith("20.10.5", back.Host.Setup.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_somebody_removed_meanwhile_is_passed_over_and_named()
    {
        var host = (await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2), ModelHosts.Container("web", 3)), ConversionDecision.Forward)).Host;
        var without = host with { Containers = host.Containers.Remove("web".PadRight(64, '0')), OwnRecords = [] };

        var edge = await RunAsync(without, ConversionDecision.Forward);

        Assert.Equal(["db"], edge.Moves.OfType<HostMove.WriteRecords>().Single().Endpoints.Select(static e => e.Container));
        Assert.Equal(["web is gone: somebody removed it meanwhile"], ConversionDecision.Differences(edge.Host.Look(), edge.Host.Notes!.Before));
    }

    [Fact]
    public async Task A_record_that_was_written_for_a_container_that_is_gone_is_deleted()
    {
        var host = (await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2), ModelHosts.Container("web", 3)), ConversionDecision.Forward)).Host;
        var without = host with { Containers = host.Containers.Remove("web".PadRight(64, '0')) };

        var edge = await RunAsync(without, ConversionDecision.Forward);

        Assert.Equal(["web"], Assert.IsType<HostMove.DeleteRecords>(Assert.Single(edge.Moves)).Endpoints.Select(static e => e.Container));
    }

    [Fact]
    public async Task An_engine_that_dies_before_anything_is_written_down_fails_the_step_and_nothing_is_changed()
    {
        var legacy = ModelHosts.Legacy(ModelHosts.Container("db", 2));
        var dead = legacy with { Runs = false };

        var failure = await Assert.ThrowsAsync<StepException>(() => RunAsync(dead, ConversionDecision.Forward));

        Assert.Equal("The engine of this host does not answer.", failure.Message);
        Assert.Contains("Start it as it was", failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0, 1, 4)]
    public async Task A_legacy_engine_that_is_killed_in_the_act_cleans_up_before_another_version_is_started(params int[] deaths)
    {
        var edge = await DyingEdge.RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward, deaths, int.MaxValue, ModelHosts.Goal with { Version = "26.1.5" });

        Assert.False(edge.Host.HasResidue);
        Assert.Equal(["StartAsItWas", "StopEngine"], edge.Moves.Select(static move => move.GetType().Name).SkipWhile(static move => move != "StartAsItWas").Take(2));
        Assert.Single(edge.Moves.OfType<HostMove.StartAsItWas>());
        Assert.Single(edge.Host.OwnRecords);
        Assert.Empty(edge.Host.EngineRecords);
    }

    [Fact]
    public async Task A_legacy_engine_that_is_killed_in_the_act_and_stays_has_its_records_exchanged_for_ours_once_the_containers_run()
    {
        var edge = await DyingEdge.RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2)), ConversionDecision.Forward, [0, 4], int.MaxValue, ModelHosts.Goal);

        Assert.Equal(
            ["Save", "StopEngine", "RemoveDevices", "WriteDaemonJson", "StartEngine", "JoinSwarm", "Connect", "StartContainers", "DeleteRecords", "WriteRecords", "RunHolder"],
            edge.Moves.Select(static move => move.GetType().Name));
        Assert.False(edge.Host.HasResidue);
        Assert.Single(edge.Host.OwnRecords);
        Assert.Empty(edge.Host.EngineRecords);
    }

    [Fact]
    public async Task Addresses_that_were_kept_are_given_free_where_the_way_back_begins_before_the_records_are_written()
    {
        var legacy = ModelHosts.Legacy(ModelHosts.Container("db", 2), ModelHosts.Container("web", 3));
        var notes = ModelHosts.NotesOf(legacy);
        var stopped = legacy.After(new HostMove.Save(), ModelHosts.Goal, () => notes).After(new HostMove.StopEngine(), ModelHosts.Goal, () => notes);
        var kept = stopped.After(new HostMove.KeepAddresses([.. LegacyEndpoints.Own(notes.Before)]), ModelHosts.Goal, () => notes);

        var edge = await RunAsync(kept, ConversionDecision.Backward);

        Assert.Equal(["FreeAddresses", "StartEngine", "Connect", "Connect", "StartContainers", "Forget"], edge.Moves.Select(static move => move.GetType().Name));
        Assert.Empty(edge.Host.Marked);
        var startedByOthers = kept.After(new HostMove.StartEngine(null), ModelHosts.Goal, () => notes);
        var there = startedByOthers with { Containers = startedByOthers.Containers.SetItem("db".PadRight(64, '0'), startedByOthers.Containers["db".PadRight(64, '0')] with { Attachments = [] }) };
        Assert.IsType<HostMove.StopEngine>(ConversionDecision.Backward(there.Look(), there.Notes, ModelHosts.Goal));
    }

    [Fact]
    public async Task Without_the_store_a_host_comes_up_again_and_waits_only_for_what_needs_it()
    {
        var stopped = ModelHosts.Legacy(ModelHosts.Container("db", 2));
        var notes = ModelHosts.NotesOf(stopped);
        var now = (stopped.After(new HostMove.Save(), ModelHosts.Goal, () => notes).After(new HostMove.StopEngine(), ModelHosts.Goal, () => notes)).Look() with { AreRecordsKnown = false };

        Assert.IsType<HostMove.WriteDaemonJson>(ConversionDecision.Forward(now, notes with { IsStopped = true }, ModelHosts.Goal));
        Assert.IsType<HostMove.AwaitStore>(ConversionDecision.Backward(now, notes with { IsStopped = true }, ModelHosts.Goal));
        var converted = (await RunAsync(stopped, ConversionDecision.Forward)).Host;
        Assert.IsType<HostMove.AwaitStore>(ConversionDecision.Forward(converted.Look() with { AreRecordsKnown = false }, converted.Notes, ModelHosts.Goal));
    }

    [Fact]
    public async Task While_containers_are_down_that_the_swarm_can_start_nobody_waits_for_the_store()
    {
        var edge = await RunAsync(ModelHosts.Legacy(ModelHosts.Container("db", 2), ModelHosts.Container("web", 3)), ConversionDecision.Forward);
        var unasked = new List<string>();
        var host = ModelHosts.Legacy(ModelHosts.Container("db", 2), ModelHosts.Container("web", 3));
        foreach (var move in edge.Moves)
        {
            if (host.Notes is { } notes && !ConversionDecision.NeedsRecords(host.Look(), notes.Before))
            {
                Assert.Equal(move, ConversionDecision.Forward(host.Look() with { AreRecordsKnown = false, OwnRecords = [], EngineRecords = [] }, notes, ModelHosts.Goal));
                unasked.Add(move.GetType().Name);
            }
            host = host.After(move, ModelHosts.Goal, () => ModelHosts.NotesOf(host));
        }

        Assert.Equal(["JoinSwarm", "ConnectAll", "StartContainers"], unasked);
    }

    [Fact]
    public void What_the_store_says_changes_nothing_where_it_is_not_asked() => Gen.Select(Hosts, DeathsAndKills, Gen.Int[0, 14]).Sample((host, deaths, turn) =>
    {
        var rough = Run(host, ConversionDecision.Forward, deaths, turn).Host;
        if (rough.Notes is not { } notes || ConversionDecision.NeedsRecords(rough.Look(), notes.Before))
            return;
        var (now, unasked) = (rough.Look(), rough.Look() with { AreRecordsKnown = false, OwnRecords = [], EngineRecords = [], KeptAddresses = [], LostAddresses = [] });
        Assert.Equal(ConversionDecision.Forward(now, notes, ModelHosts.Goal), ConversionDecision.Forward(unasked, notes, ModelHosts.Goal));
        Assert.Equal(ConversionDecision.Backward(now, notes, ModelHosts.Goal), ConversionDecision.Backward(unasked, notes, ModelHosts.Goal));
    });

    [Fact]
    public void Wherever_the_agent_dies_the_host_ends_as_if_it_had_not() => Gen.Select(Hosts, Deaths, Deaths).Sample((host, there, back) =>
    {
        var smooth = Run(host, ConversionDecision.Forward, []);
        var rough = Run(host, ConversionDecision.Forward, there);
        AssertSame(smooth.Host, rough.Host);
        Assert.Empty(ConversionDecision.Differences(rough.Host.Look(), rough.Host.Notes!.Before));

        var smoothBack = Run(smooth.Host, ConversionDecision.Backward, []);
        var roughBack = Run(rough.Host, ConversionDecision.Backward, back);
        AssertSame(smoothBack.Host, roughBack.Host);
        Assert.Empty(ConversionDecision.Differences(roughBack.Host.Look(), rough.Host.Notes!.Before));
        Assert.Equal(ModelHosts.Daemon, roughBack.Host.DaemonJson);
        Assert.Null(roughBack.Host.Notes);
    });

    [Fact]
    public void Whenever_direction_changes_and_engines_are_killed_legacy_hosts_know_each_container_once() => Gen.Select(Hosts, DeathsAndKills, DeathsAndKills, Gen.Int[0, 12]).Sample((host, there, back, turn) =>
    {
        var rough = Run(host, ConversionDecision.Forward, there, turn);
        var home = Run(rough.Host, ConversionDecision.Backward, back);
        Assert.Null(home.Host.Notes);
        Assert.Empty(home.Host.OwnRecords);
        Assert.Empty(home.Host.Unrecorded);
        Assert.Empty(ConversionDecision.Differences(home.Host.Look(), ModelHosts.NotesOf(host).Before));
        Assert.Equal("inactive", home.Host.Setup.SwarmState);
        Assert.Equal(host.Containers.Keys, home.Host.Containers.Keys);

        var again = Run(home.Host, ConversionDecision.Forward, there);
        Assert.Empty(ConversionDecision.Differences(again.Host.Look(), again.Host.Notes!.Before));
        foreach (var endpoint in LegacyEndpoints.Own(again.Host.Notes.Before))
            Assert.Single(again.Host.OwnRecords.Concat(again.Host.EngineRecords), known => known.ContainerId == endpoint.ContainerId && known.NetworkId == endpoint.NetworkId);
    });

    private static void AssertSame(ModelHost expected, ModelHost actual)
    {
        Assert.Equal(expected.Setup with { NodeId = "" }, actual.Setup with { NodeId = "" });
        Assert.Equal(expected.Runs, actual.Runs);
        Assert.Equal(expected.DaemonJson, actual.DaemonJson);
        Assert.Equal(expected.Containers.Values, actual.Containers.Values);
        Assert.True(expected.OwnRecords.SetEquals(actual.OwnRecords));
        Assert.True(expected.EngineRecords.SetEquals(actual.EngineRecords));
    }

    private static Task<DyingEdge> RunAsync(ModelHost host, Func<HostSituation, ConversionNotes?, ConversionGoal, HostMove?> decide, ConversionGoal? goal = null) =>
        DyingEdge.RunAsync(host, decide, [], int.MaxValue, goal ?? ModelHosts.Goal);

    /// <summary>The model never waits, so that nothing here is asynchronous.</summary>
    private static DyingEdge Run(ModelHost host, Func<HostSituation, ConversionNotes?, ConversionGoal, HostMove?> decide, int[] deaths, int mostMoves = int.MaxValue)
    {
        var running = DyingEdge.RunAsync(host, decide, deaths, mostMoves, ModelHosts.Goal);
        Assert.True(running.IsCompleted);
        return running.GetAwaiter().GetResult();
    }
}
