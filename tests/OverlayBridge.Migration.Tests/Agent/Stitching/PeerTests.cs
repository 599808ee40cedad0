using System.Net;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>Endpoints of the network's own side, of which a swarm's engine learns by gossip and at times late.</summary>
public sealed partial class PeerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;
    private readonly ModelNamespaces namespaces = new();

    public void Dispose()
    {
        namespaces.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Of the other side's network.</summary>
    private const uint OtherVni = 4097;

    private ModelKernel Kernel => namespaces.Kernel!;

    private static KernelNeighbour Neighbour(int n, bool isMarked = false) => new(Wanted.Address(n), Wanted.Mac(n), IsMarked: isMarked);

    private static KernelForwarding Forwarding(int n, int host = 1, bool isMarked = false) => new(Wanted.Mac(n), Wanted.Vtep(host), null, IsMarked: isMarked);

    private static WantedTable Peers(params StitchEntry[] peers) => Wanted.Table().WithPeers(peers);

    /// <summary>Of a legacy network, on host 7.</summary>
    private static WantedTable LegacyPeers(params StitchEntry[] peers) => Peers(peers) with { AddsPeers = false, OwnVtep = Wanted.Vtep(7) };

    private static WantedTable Over => Wanted.Table() with { IsOver = true, Vni = 0 };

    /// <summary>An agent that remembers nothing but what is on disk.</summary>
    private Task<StitchReport> PassAsync(WantedTable wanted) =>
        new Stitcher(namespaces, new OwnedEntryFiles(folder, "boot", NullLogger.Instance), new FakeTimeProvider(), NullLogger.Instance).ApplyAsync(wanted);

    private void SetByEngine(int n, int host = 1) => Kernel.SetByEngine(Neighbour(n), Forwarding(n, host));

    [Fact]
    public async Task What_the_engine_has_not_is_added_with_the_mark_and_removed_when_the_endpoint_is_gone()
    {
        var report = await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal((0, 0, null), (report.Desired, report.Programmed, report.Error)); // the report counts what is the bridge's to do
        Assert.Equal([Neighbour(130, isMarked: true)], Kernel.Neighbours.Values);
        Assert.Equal([Forwarding(130, isMarked: true)], Kernel.Forwardings.Values);
        await PassAsync(Peers());
        Assert.Empty(Kernel.Neighbours);
        Assert.Empty(Kernel.Forwardings);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_the_engine_has_is_left_alone_also_where_it_is_another()
    {
        SetByEngine(130);
        SetByEngine(131, host: 9);
        await PassAsync(Peers(Wanted.Entry(130), Wanted.Entry(131)));
        Assert.Equal(0, Kernel.Changes);
        await PassAsync(Peers());
        Assert.Equal(0, Kernel.Changes);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_the_engine_sets_later_is_the_engines_and_is_not_removed()
    {
        await PassAsync(Peers(Wanted.Entry(130)));
        SetByEngine(130);
        await PassAsync(Peers(Wanted.Entry(130)));
        await PassAsync(Peers());
        Assert.Equal([Neighbour(130)], Kernel.Neighbours.Values);
        Assert.Equal([Forwarding(130)], Kernel.Forwardings.Values);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_the_engine_removes_too_late_for_a_container_that_is_gone_comes_back_for_the_next_one()
    {
        SetByEngine(130);
        await PassAsync(Peers(Wanted.Entry(130)));
        Kernel.Clear();
        await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Equal([Neighbour(130, isMarked: true)], Kernel.Neighbours.Values);
        Assert.Equal([Forwarding(130, isMarked: true)], Kernel.Forwardings.Values);
    }

    [Fact]
    public async Task An_engine_that_is_faster_than_the_pass_keeps_its_entry_and_nothing_is_reported()
    {
        var due = true;
        Kernel.Step = () =>
        {
            if (due)
                SetByEngine(130, host: 9);
            due = false;
        };
        var report = await PassAsync(Peers(Wanted.Entry(130)));
        Assert.Empty(report.Differences);
        Assert.Equal([Forwarding(130, host: 9)], Kernel.Forwardings.Values);
        await PassAsync(Peers());
        Assert.Equal([Forwarding(130, host: 9)], Kernel.Forwardings.Values);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task When_the_bridge_leaves_the_network_its_entries_are_the_engines_and_stay()
    {
        await PassAsync(Peers(Wanted.Entry(130)));
        await PassAsync(Over);
        Assert.Equal([Neighbour(130)], Kernel.Neighbours.Values);
        Assert.Equal([Forwarding(130)], Kernel.Forwardings.Values);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_endpoint_that_moved_is_followed()
    {
        await PassAsync(Peers(Wanted.Entry(130, host: 1)));
        await PassAsync(Peers(Wanted.Entry(130, host: 2)));
        Assert.Equal([Forwarding(130, host: 2, isMarked: true)], Kernel.Forwardings.Values);
    }

    [Fact]
    public async Task Where_the_device_has_learned_the_place_it_is_left_unless_it_is_a_former_one()
    {
        Kernel.Forwardings[Wanted.Mac(130)] = Forwarding(130) with { IsPermanent = false };
        Kernel.Forwardings[Wanted.Mac(131)] = Forwarding(131, host: 9) with { IsPermanent = false };
        await PassAsync(Peers(Wanted.Entry(130), Wanted.Entry(131)));
        Assert.Equal(Forwarding(130) with { IsPermanent = false }, Kernel.Forwardings[Wanted.Mac(130)]);
        Assert.Equal(Forwarding(131, isMarked: true), Kernel.Forwardings[Wanted.Mac(131)]);
    }

    [Fact]
    public async Task A_container_that_goes_back_to_the_other_side_gets_that_sides_entry_in_one_pass()
    {
        await PassAsync(Peers(Wanted.Entry(130)));
        await PassAsync(Wanted.Table(Wanted.Entry(130)));
        Assert.Equal([Neighbour(130)], Kernel.Neighbours.Values);
        Assert.Equal([Forwarding(130)], Kernel.Forwardings.Values);
        await PassAsync(Wanted.Table());
        Assert.Empty(Kernel.Neighbours);
        Assert.Empty(Kernel.Forwardings);
    }

    [Fact]
    public async Task What_cannot_be_removed_is_not_forgotten()
    {
        await PassAsync(Peers(Wanted.Entry(130)));
        Kernel.Refuses = static change => change is EntryChange.RemoveNeighbour;
        Assert.Contains("errno 28", Assert.Single((await PassAsync(Peers())).Differences).Reason);
        Kernel.Refuses = static _ => false;
        await PassAsync(Peers());
        Assert.Empty(Kernel.Neighbours);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_entry_that_leads_back_to_this_host_gives_way_to_the_right_one_until_the_engine_has_it_or_the_endpoint_is_gone()
    {
        SetByEngine(30, host: 7);
        SetByEngine(31, host: 7);
        await PassAsync(LegacyPeers(Wanted.Entry(30, host: 1), Wanted.Entry(31, host: 1)));
        Assert.Equal(Forwarding(30, isMarked: true), Kernel.Forwardings[Wanted.Mac(30)]);
        Assert.Equal(Forwarding(31, isMarked: true), Kernel.Forwardings[Wanted.Mac(31)]);
        Assert.Equal([Neighbour(30), Neighbour(31)], Kernel.Neighbours.Values);

        SetByEngine(30, host: 1);
        await PassAsync(LegacyPeers());
        Assert.Equal([Forwarding(30)], Kernel.Forwardings.Values);
        Assert.Equal([Neighbour(30), Neighbour(31)], Kernel.Neighbours.Values);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_entry_that_leads_back_is_taken_away_also_where_nobody_knows_the_right_one_and_the_engine_asks_for_it()
    {
        SetByEngine(30, host: 7);
        Kernel.Forwardings[Wanted.Mac(32)] = new(Wanted.Mac(32), IPAddress.Loopback, null, IsPermanent: false);
        await PassAsync(LegacyPeers(Wanted.Entry(31)));
        Assert.Empty(Kernel.Forwardings);
        Assert.Equal([Neighbour(30)], Kernel.Neighbours.Values);
    }

    [Fact]
    public async Task A_legacy_engine_that_has_nothing_or_something_else_is_left_to_itself()
    {
        SetByEngine(31, host: 9);
        Kernel.Forwardings[Wanted.Mac(32)] = Forwarding(32, host: 9) with { IsPermanent = false };
        await PassAsync(LegacyPeers(Wanted.Entry(30), Wanted.Entry(31), Wanted.Entry(32)));
        Assert.Equal(0, Kernel.Changes);
    }

    [Fact]
    public async Task A_container_that_moved_is_followed_where_the_entry_stands_in_for_one_that_led_back()
    {
        SetByEngine(30, host: 7);
        await PassAsync(LegacyPeers(Wanted.Entry(30, host: 1)));
        await PassAsync(LegacyPeers(Wanted.Entry(30, host: 2)));
        Assert.Equal([Forwarding(30, host: 2, isMarked: true)], Kernel.Forwardings.Values);
    }

    [Fact]
    public async Task When_the_bridge_leaves_a_legacy_network_its_engine_is_left_nothing_that_it_does_not_know_of()
    {
        SetByEngine(30, host: 7);
        await PassAsync(LegacyPeers(Wanted.Entry(30)));
        await PassAsync(WantedTable.Nothing(Wanted.Network, BridgeState.Empty));
        Assert.Empty(Kernel.Forwardings);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private static readonly Gen<StitchEntry[]> Entries = Gen.Select(Gen.Int[2, 9], Gen.Int[1, 3], (n, host) => Wanted.Entry(n, host)).Array[0, 8]
        .Select(entries => entries.DistinctBy(e => e.Address).ToArray());

    /// <summary>Endpoint and host; the second Bool: whether the engine sets or removes it.</summary>
    private static readonly Gen<(int N, int Host, bool Sets)[]> EngineActs = Gen.Select(Gen.Int[2, 9], Gen.Int[1, 3], Gen.Bool).Array[0, 6];

    /// <summary>What the engine believes to be in the kernel, and what it does there: it sets over whatever stands, and removes by address.</summary>
    private void Act((int N, int Host, bool Sets)[] acts, Dictionary<int, int> engine)
    {
        foreach (var (n, host, sets) in acts)
            if (sets && engine.TryAdd(n, host))
                SetByEngine(n, host);
            else if (!sets && engine.Remove(n))
            {
                Kernel.Neighbours.Remove(Wanted.Address(n));
                Kernel.Forwardings.Remove(Wanted.Mac(n));
            }
    }

    private void EngineHasAllItBelieves(Dictionary<int, int> engine) => Assert.All(engine, entry =>
    {
        Assert.Equal(Neighbour(entry.Key), Kernel.Neighbours[Wanted.Address(entry.Key)]);
        Assert.Equal(Forwarding(entry.Key, entry.Value), Kernel.Forwardings[Wanted.Mac(entry.Key)]);
    });

    [Fact]
    public Task Whatever_engine_and_bridge_do_in_turn_every_peer_has_entries_the_engines_are_never_touched_and_nothing_of_ours_remains() =>
        Gen.Select(Gen.Select(Entries, EngineActs).Array[1, 5], Gen.Bool).SampleAsync(async (turns, isOver) =>
        {
            using var test = new PeerTests();
            var engine = new Dictionary<int, int>();
            foreach (var (peers, acts) in turns)
            {
                test.Act(acts, engine);
                await test.PassAsync(Peers(peers));
                test.EngineHasAllItBelieves(engine);
                Assert.All(peers, peer => Assert.True(test.Kernel.Neighbours.ContainsKey(peer.Address) && test.Kernel.Forwardings.ContainsKey(peer.Mac)));
                Assert.All(test.Kernel.Forwardings.Values.Where(f => f.IsMarked), f => Assert.Contains(peers, p => p.Mac.Equals(f.MacAddress) && p.Vtep.Equals(f.Vtep)));
                Assert.All(test.Kernel.Neighbours.Values.Where(n => n.IsMarked), n => Assert.Contains(peers, p => p.Address.Equals(n.Address)));
                var changes = test.Kernel.Changes;
                await test.PassAsync(Peers(peers));
                Assert.Equal(changes, test.Kernel.Changes);
            }
            var standing = test.Kernel.Tables();
            await test.PassAsync(isOver ? Over : Peers());
            test.EngineHasAllItBelieves(engine);
            Assert.Equal(isOver ? standing.Forwardings.Length : engine.Count, test.Kernel.Forwardings.Count);
            Assert.False(PeerPlan.HasMarked(test.Kernel.Tables()));
            Assert.Empty(Directory.GetFiles(test.folder));
        }, iter: 300);

    [Fact]
    public Task With_entries_of_the_other_side_beside_them_one_pass_converges_and_the_end_leaves_nothing() =>
        Gen.Select(Entries, Entries, Entries, Entries).SampleAsync(async (cross, peers, nextCross, nextPeers) =>
        {
            using var test = new PeerTests();
            var isSameVni = cross.Length % 2 == 0;
            // Of the other side's and then the own side's, on the same host by the same VNI: what stands is right, and the engine's.
            var givenUp = isSameVni
                ? cross.Select(c => (c.Mac, c.Vtep)).Intersect(nextPeers.Select(p => (p.Mac, p.Vtep))).Select(e => e.Mac).Except(nextCross.Select(c => c.Mac)).ToHashSet() : [];
            foreach (var (table, left) in new[] { (Both(cross, peers), []), (Both(nextCross, nextPeers), givenUp) })
            {
                await test.PassAsync(table);
                Assert.Equal(
                    table.Entries.Forwardings.Select(f => (f.Mac, f.Vtep, f.Vni, false)).Concat(table.Peers.Forwardings.Select(f => (f.Mac, f.Vtep, f.Vni, !left.Contains(f.Mac)))).ToHashSet(),
                    test.Kernel.Forwardings.Values.Select(f => (f.MacAddress, f.Vtep, f.Vni, f.IsMarked)).ToHashSet());
                var changes = test.Kernel.Changes;
                await test.PassAsync(table);
                Assert.Equal(changes, test.Kernel.Changes);
            }
            await test.PassAsync(Wanted.Table());
            Assert.Equal(givenUp, test.Kernel.Forwardings.Keys.ToHashSet());

            WantedTable Both(StitchEntry[] cross, StitchEntry[] peers) =>
                Wanted.Table([.. cross.Select(c => c with { Vni = isSameVni ? null : OtherVni })]).WithPeers([.. peers.Where(p => cross.All(c => !c.Address.Equals(p.Address)))]);
        }, iter: 300);

    [Fact]
    public Task A_kill_between_any_two_changes_leaves_nothing_that_is_not_removed_later() =>
        Gen.Select(Entries, Entries, Gen.Int[0, 20]).SampleAsync(async (first, second, steps) =>
        {
            using var test = new PeerTests();
            await test.PassAsync(Peers(first));
            test.Kernel.Step = () =>
            {
                if (steps-- == 0)
                    throw new KilledException();
            };
            try
            {
                await test.PassAsync(Peers(second));
            }
            catch (KilledException)
            {
                // The process is gone here.
            }
            test.Kernel.Step = static () => { };
            await test.PassAsync(Peers());
            Assert.Empty(test.Kernel.Neighbours);
            Assert.Empty(test.Kernel.Forwardings);
        }, iter: 300);

    private sealed class KilledException : Exception;
}
