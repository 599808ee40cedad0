using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>Containers that came over from the other side with their address, for which the bridge had entries of its own.</summary>
public sealed partial class PeerTests
{
    /// <summary>To another host, or on its own where the other side's network has another VNI.</summary>
    public static TheoryData<int, uint?> Former { get; } = new() { { 1, OtherVni }, { 2, OtherVni }, { 2, null } };

    [Theory]
    [MemberData(nameof(Former))]
    public async Task A_container_that_came_over_with_its_address_is_not_left_with_the_entry_for_where_it_was(int host, uint? vni)
    {
        await PassAsync(Wanted.Table(Wanted.Entry(130, host, vni)));
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Forwarding(130, isMarked: true)], Kernel.Forwardings.Values);
        SetByEngine(130);
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Forwarding(130)], Kernel.Forwardings.Values);
    }

    /// <summary>The agent heard late that the container came over: it took the engine's entry for one that somebody had put over its own.</summary>
    [Theory]
    [MemberData(nameof(Former))]
    public async Task What_an_agent_put_over_the_engines_entry_as_it_did_not_know_better_gives_way_to_the_right_one(int host, uint? vni)
    {
        await PassAsync(Wanted.Table(Wanted.Entry(130, host, vni)));
        SetByEngine(130);
        await PassAsync(Wanted.Table(Wanted.Entry(130, host, vni)));
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Forwarding(130, isMarked: true)], Kernel.Forwardings.Values);
    }

    /// <summary>Two hosts tell of one container's way, and the one that has it now may be heard first.</summary>
    [Theory]
    [MemberData(nameof(Former))]
    public async Task An_entry_for_where_it_was_is_known_again_once_it_is_clear_where_a_container_is(int host, uint? vni)
    {
        await PassAsync(Wanted.Table(Wanted.Entry(130, host, vni)));
        await PassAsync(Wanted.Table().WithOwn(130));
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Forwarding(130, isMarked: true)], Kernel.Forwardings.Values);
        await PassAsync(Peers());
        Assert.Empty(Kernel.Forwardings);
        Assert.Equal([Neighbour(130)], Kernel.Neighbours.Values);
        Assert.Empty(Directory.GetFiles(folder));
    }

    /// <summary>One address, another container: where it was asked for with a MAC address of its own.</summary>
    [Fact]
    public async Task A_neighbour_of_the_other_side_gives_way_to_another_container_with_its_address()
    {
        await PassAsync(Wanted.Table(new StitchEntry(Wanted.Address(130), Wanted.Mac(9), Wanted.Vtep(2), null)));
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Neighbour(130, isMarked: true)], Kernel.Neighbours.Values);
    }

    [Fact]
    public async Task A_container_that_came_over_on_its_host_keeps_its_entry_which_is_the_engines_now()
    {
        await PassAsync(Wanted.Table(Wanted.Entry(130)));
        var changes = Kernel.Changes;
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal(changes, Kernel.Changes);
    }

    [Fact]
    public async Task An_entry_to_the_other_network_goes_where_the_container_that_has_come_over_runs_on_this_host_or_the_exposure_is_over()
    {
        foreach (var own in (WantedTable[])[Wanted.Table().WithOwn(130), Over.WithOwn(130)])
        {
            await PassAsync(Wanted.Table(Wanted.Entry(130, vni: OtherVni)));
            await PassAsync(own);
            Assert.Empty(Kernel.Forwardings);
        }
    }

    [Fact]
    public async Task In_a_legacy_network_too_an_entry_to_the_swarms_gives_way_for_a_container_that_came_back()
    {
        await PassAsync(Wanted.Table(Wanted.Entry(30, vni: OtherVni)));
        await PassAsync(LegacyPeers(Wanted.Entry(30)));
        Assert.Equal([Forwarding(30, isMarked: true)], Kernel.Forwardings.Values);
    }
}
