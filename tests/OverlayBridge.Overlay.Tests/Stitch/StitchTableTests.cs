using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Overlay.Tests.Stitch;

public class StitchTableTests
{
    private static readonly StitchNetwork Same = new(IPNetwork.Parse("10.60.0.0/24"), 256, 256);
    private static readonly StitchHost[] Hosts = [Host(1), Host(2), Host(3), Host(4)];

    [Fact]
    public void A_legacy_host_gets_the_swarm_side_and_a_swarm_host_the_legacy_side()
    {
        StitchEndpoint[] endpoints = [Endpoint(1, StitchSide.Legacy, 2), Endpoint(2, StitchSide.Legacy, 3), Endpoint(3, StitchSide.Swarm, 130), Endpoint(4, StitchSide.Swarm, 131)];
        var onLegacy = StitchTable.For(Same, Hosts, endpoints, "h1");
        Assert.Equal([Entry(3, 130), Entry(4, 131)], onLegacy.Legacy);
        Assert.Equal([Entry(2, 3)], onLegacy.Swarm);
        var onSwarm = StitchTable.For(Same, Hosts, endpoints, "h3");
        Assert.Equal([Entry(1, 2), Entry(2, 3)], onSwarm.For(StitchSide.Swarm));
        Assert.Equal([Entry(4, 131)], onSwarm.For(StitchSide.Legacy));
        Assert.Equal([Entry(4, 131)], onSwarm.SwarmPeers);
        Assert.Equal([Entry(2, 3)], onLegacy.LegacyPeers);
        Assert.Empty(onSwarm.Problems);
    }

    [Fact]
    public void Unequal_VNIs_are_named_in_the_entry_of_the_far_side()
    {
        var network = Same with { LegacyVni = 259, SwarmVni = 4097 };
        StitchEndpoint[] endpoints = [Endpoint(1, StitchSide.Legacy, 2), Endpoint(3, StitchSide.Swarm, 130)];
        Assert.Equal(4097u, Assert.Single(StitchTable.For(network, Hosts, endpoints, "h1").Legacy).Vni);
        Assert.Equal(259u, Assert.Single(StitchTable.For(network, Hosts, endpoints, "h3").Swarm).Vni);
    }

    [Fact]
    public void Exactly_the_pairs_on_different_sides_and_hosts_are_connected() =>
        Endpoints.Sample(endpoints =>
        {
            foreach (string host in Hosts.Select(h => h.Name))
            {
                var table = StitchTable.For(Same, Hosts, endpoints, host);
                foreach (var side in Enum.GetValues<StitchSide>())
                {
                    var expected = endpoints.Where(e => e.Side != side && e.Host != host).Select(e => (e.Address, e.Host));
                    Assert.Equal(expected.ToHashSet(), table.For(side).Select(e => (e.Address, Hosts.Single(h => h.Vtep.Equals(e.Vtep)).Name)).ToHashSet());
                    Assert.Equal(table.For(side).Length, table.For(side).Distinct().Count());
                }
                Assert.Empty(table.Problems);
            }
        });

    [Fact]
    public void Peers_are_exactly_the_own_sides_endpoints_on_other_hosts_that_share_address_and_MAC_with_no_other() =>
        Gen.Select(Gen.Int[1, 4], Gen.Bool, Gen.Int[2, 9], Gen.Int[2, 9])
            .Select((host, swarm, last, mac) => Endpoint(host, swarm ? StitchSide.Swarm : StitchSide.Legacy, last) with { Mac = Mac(mac) }).Array[0, 8]
            .Sample(endpoints =>
            {
                foreach (var host in Hosts)
                {
                    var table = StitchTable.For(Same, Hosts, endpoints, host.Name);
                    foreach (var (side, peers) in new[] { (StitchSide.Legacy, table.LegacyPeers), (StitchSide.Swarm, table.SwarmPeers) })
                    {
                        var expected = endpoints.Distinct().Where(e => e.Side == side && e.Host != host.Name &&
                            endpoints.Where(other => other != e).All(other => !other.Address.Equals(e.Address) && !other.Mac.Equals(e.Mac)));
                        Assert.Equal(expected.Select(e => (e.Address, e.Mac, e.Host)).ToHashSet(), peers.Select(e => (e.Address, e.Mac, Hosts.Single(h => h.Vtep.Equals(e.Vtep)).Name)).ToHashSet());
                        Assert.All(peers, e => Assert.Null(e.Vni));
                        Assert.Empty(peers.Select(e => e.Address).Intersect(table.For(side).Select(e => e.Address)));
                    }
                }
            });

    [Fact]
    public void The_order_of_hosts_and_endpoints_does_not_matter() =>
        Gen.Select(Endpoints, Gen.Int).Sample((endpoints, seed) =>
        {
            var shuffled = endpoints.ToArray();
            new Random(seed).Shuffle(shuffled);
            var (one, other) = (StitchTable.For(Same, Hosts, endpoints, "h1"), StitchTable.For(Same, Hosts.Reverse(), shuffled, "h1"));
            return one.Legacy.SequenceEqual(other.Legacy) && one.Swarm.SequenceEqual(other.Swarm) && one.LegacyPeers.SequenceEqual(other.LegacyPeers) && one.SwarmPeers.SequenceEqual(other.SwarmPeers) && one.Problems.SequenceEqual(other.Problems);
        });

    [Fact]
    public void One_address_on_two_hosts_is_stitched_to_one_and_told()
    {
        StitchEndpoint[] endpoints = [Endpoint(4, StitchSide.Swarm, 130), Endpoint(3, StitchSide.Swarm, 130)];
        var table = StitchTable.For(Same, Hosts, endpoints, "h1");
        Assert.Equal([Entry(3, 130)], table.Legacy);
        var problem = Assert.Single(table.Problems);
        Assert.Equal((endpoints[0], "10.60.0.130 with MAC 02:42:0a:3c:00:82 at 172.31.0.3 came first"), (problem.Endpoint, problem.Reason));
    }

    [Fact]
    public void What_cannot_be_reached_is_told()
    {
        var stranger = new StitchEndpoint("h9", StitchSide.Swarm, IPAddress.Parse("10.60.0.140"), Mac(140));
        var table = StitchTable.For(Same, Hosts, [stranger], "h1");
        Assert.Empty(table.Legacy);
        Assert.Equal("the VTEP of host h9 is not known", Assert.Single(table.Problems).Reason);
        var twin = StitchTable.For(Same, [.. Hosts, new StitchHost("h9", Hosts[0].Vtep)], [stranger], "h1");
        Assert.Contains("one VTEP", Assert.Single(twin.Problems).Reason);
    }

    [Fact]
    public void Addresses_outside_the_subnet_and_of_IPv6_are_left_alone()
    {
        StitchEndpoint[] endpoints =
        [
            new("h3", StitchSide.Swarm, IPAddress.Parse("10.61.0.2"), Mac(2)), new("h3", StitchSide.Swarm, IPAddress.Parse("fd00::2"), Mac(2)),
        ];
        var table = StitchTable.For(Same, Hosts, endpoints, "h1");
        Assert.True(table.Legacy.IsEmpty && table.Problems.IsEmpty);
    }

    private static readonly Gen<StitchEndpoint[]> Endpoints = Gen.Select(Gen.Int[1, 4], Gen.Bool, Gen.Int[2, 250])
        .Select((host, swarm, last) => Endpoint(host, swarm ? StitchSide.Swarm : StitchSide.Legacy, last))
        .Array[0, 20].Select(all => all.DistinctBy(e => e.Address).ToArray());

    private static StitchHost Host(int n) => new($"h{n}", IPAddress.Parse($"172.31.0.{n}"));

    private static StitchEndpoint Endpoint(int host, StitchSide side, int last) =>
        new($"h{host}", side, IPAddress.Parse($"10.60.0.{last}"), Mac(last));

    private static StitchEntry Entry(int host, int last) =>
        new(IPAddress.Parse($"10.60.0.{last}"), Mac(last), IPAddress.Parse($"172.31.0.{host}"), null);

    private static PhysicalAddress Mac(int last) => new([2, 0x42, 10, 60, 0, (byte)last]);
}
