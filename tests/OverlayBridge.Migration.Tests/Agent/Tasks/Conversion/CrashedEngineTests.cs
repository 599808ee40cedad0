using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What is done about that which an engine leaves that is killed while it brings a container onto a network.</summary>
public sealed class CrashedEngineTests
{
    private static readonly VxlanLink Stray = new(7, "vx-000100-aaaaa", 256, 1450);

    [Fact]
    public async Task A_legacy_engine_that_believes_in_an_endpoint_that_it_was_killed_over_is_started_once_without_its_store()
    {
        var converted = await RunAsync(Host(), ConversionDecision.Forward);

        var edge = await RunAsync(converted.Host, ConversionDecision.Backward, [0, 0, 0, 0, 0, 0, 4]);

        Assert.Equal(
            [
                "RemoveHolder", "LeaveSwarm", "StopEngine", "DeleteRecords", "WriteDaemonJson", "StartEngine", // killed over Connect
                "StopEngine", "RemoveDevices", "StartEngine", // Connect is refused
                "StopEngine", "StartWithoutStore", "StopEngine", "WriteDaemonJson", "StartEngine", "StartContainers", "RemoveNodes", "Forget",
            ],
            edge.Moves.Select(static move => move.GetType().Name));
        Assert.Equal(ModelHosts.Daemon, edge.Host.DaemonJson);
        Assert.False(edge.Host.HasHalfJoined);
        Assert.Empty(edge.Host.Unrecorded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the agent dies after each of the moves and has its notes alone
    public async Task One_that_shows_by_what_it_left_in_the_store_that_it_was_killed_over_an_endpoint_is_as_well(bool dies)
    {
        var home = await RunAsync((await RunAsync(Host(), ConversionDecision.Forward)).Host, ConversionDecision.Backward, [], 6);
        var endpoint = LegacyEndpoints.Own(home.Host.Notes!.Before).Single();
        string[] cleaning = ["StopEngine", "StartWithoutStore", "StopEngine", "WriteDaemonJson", "StartEngine", "Connect"];

        var refused = await RunAsync(home.Host with { HalfMade = [endpoint] }, ConversionDecision.Backward, dies ? [3, 3, 3] : []);
        Assert.Equal(["DeleteHalfMade", .. cleaning], refused.Moves.Take(7).Select(static move => move.GetType().Name));

        var kept = await RunAsync(home.Host with { Marked = [endpoint] }, ConversionDecision.Backward, dies ? [3, 3, 3] : []);
        Assert.Equal([.. cleaning[..3], "FreeAddresses", .. cleaning[3..]], kept.Moves.Take(7).Select(static move => move.GetType().Name));
        Assert.Empty(kept.Host.Marked);
    }

    [Fact]
    public async Task A_container_that_stands_on_a_network_by_its_engines_word_alone_is_connected_again()
    {
        var back = await RunAsync((await RunAsync(Host(), ConversionDecision.Forward)).Host, ConversionDecision.Backward, [], 7);
        Assert.IsType<HostMove.Connect>(back.Moves[^1]);
        var (db, notes) = (back.Host.Containers.Values.Single(), back.Host.Notes!);
        Assert.True(db.IsRunning);
        Assert.Empty(ConversionDecision.Differences(back.Host.Look(), notes.Before));
        Assert.IsType<HostMove.RemoveNodes>(ConversionDecision.Backward(back.Host.Look(), notes, ModelHosts.Goal));

        var claimed = back.Host.Look() with { Unrecorded = [(db.Id, ModelHosts.Goal.Networks[0].LegacyId)] };

        Assert.True(Assert.IsType<HostMove.Connect>(ConversionDecision.Backward(claimed, notes, ModelHosts.Goal)).LeavesFirst);
        var ofAnother = back.Host.Look() with { Unrecorded = [(db.Id, ModelHosts.Goal.Networks[1].LegacyId)] };
        Assert.IsType<HostMove.RemoveNodes>(ConversionDecision.Backward(ofAnother, notes, ModelHosts.Goal));
    }

    [Fact]
    public async Task A_device_that_was_left_in_the_hosts_own_namespace_is_deleted_before_the_engine_is_started()
    {
        var there = await RunAsync(Host() with { StrayDevices = [Stray] }, ConversionDecision.Forward);
        Assert.Equal(["Save", "StopEngine", "RemoveDevices", "WriteDaemonJson"], there.Moves.Take(4).Select(static move => move.GetType().Name));
        Assert.Equal("Delete vx-000100-aaaaa (a VXLAN device of an engine that was killed) from the host's own network namespace", there.Moves[2].Words);

        var back = await RunAsync(there.Host with { StrayDevices = [Stray] }, ConversionDecision.Backward);
        Assert.Equal(["RemoveHolder", "LeaveSwarm", "StopEngine", "RemoveDevices", "DeleteRecords"], back.Moves.Take(5).Select(static move => move.GetType().Name));
    }

    [Fact]
    public async Task One_that_is_in_the_way_of_an_engine_that_others_started_has_the_engine_stopped_once_more()
    {
        var edge = await RunAsync(Host(), ConversionDecision.Forward, [0, 0, 0, 0, 0, 0, 0, 5]);

        Assert.Equal(
            ["StopEngine", "RemoveDevices", "StartEngine", "StartContainers"], // the first try at StartContainers is refused
            edge.Moves.Select(static move => move.GetType().Name).SkipWhile(static move => move != "Connect").Skip(1).Take(4));
        Assert.Empty(edge.Host.StrayDevices);
        Assert.Empty(ConversionDecision.Differences(edge.Host.Look(), edge.Host.Notes!.Before));
    }

    [Fact]
    public async Task One_whose_attachment_to_the_swarms_network_hangs_after_its_death_is_started_anew_and_nobody_has_to_repeat_the_step()
    {
        var edge = await RunAsync(Host(), ConversionDecision.Forward, [0, 0, 0, 0, 0, 0, 0, 6]);

        Assert.Equal(0, edge.Failures);
        Assert.Equal(
            ["StopEngine", "RemoveDevices", "StartEngine", "StopEngine", "StartEngine", "StartContainers"], // for its death, and for what hung
            edge.Moves.Select(static move => move.GetType().Name).SkipWhile(static move => move != "Connect").Skip(1).Take(6));
        Assert.Empty(ConversionDecision.Differences(edge.Host.Look(), edge.Host.Notes!.Before));
    }

    [Fact]
    public async Task A_device_alone_stops_no_engine_that_can_do_its_work()
    {
        var there = await RunAsync(Host(), ConversionDecision.Forward);

        Assert.Empty((await RunAsync(there.Host with { StrayDevices = [Stray] }, ConversionDecision.Forward)).Moves);
    }

    [Theory]
    [InlineData("vx-000100-aaaaa", 256, true)]
    [InlineData("vx-000100-swarm", 256, true)] // the same VNI on the other side
    [InlineData("vx-00abcd-aaaaa", 0xabcd, true)]
    [InlineData("vx-000100-aaaaa", 257, false)]
    [InlineData("vx-000100-ccccc", 256, false)] // another network's
    [InlineData("vxlan0", 256, false)]
    [InlineData("flannel.1", 256, false)]
    public void Only_devices_with_the_name_that_engines_give_those_of_the_plans_networks_are_theirs(string name, int vni, bool isTheirs) =>
        Assert.Equal(isTheirs, !EngineDevices.Of([new VxlanLink(7, name, (uint)vni, 1450)], ModelHosts.Goal).IsEmpty);

    private static ModelHost Host() => ModelHosts.Legacy(ModelHosts.Container("db", 2)) with { ComesBack = true };

    private static Task<DyingEdge> RunAsync(ModelHost host, Func<HostSituation, ConversionNotes?, ConversionGoal, HostMove?> decide, int[]? deaths = null, int mostMoves = int.MaxValue) =>
        DyingEdge.RunAsync(host, decide, deaths ?? [], mostMoves, ModelHosts.Goal);
}
