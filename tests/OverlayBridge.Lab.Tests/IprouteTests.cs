using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.Lab.Tests;

/// <summary>The JSON was printed by iproute2 6.1 in the overlay namespace of a swarm network.</summary>
public class IprouteTests
{
    [Fact]
    public void Neighbours_are_read_and_failed_lookups_left_out() => Assert.Equal(
        [new NeighbourEntry(IPAddress.Parse("10.60.0.3"), PhysicalAddress.Parse("02:42:0a:3c:00:03"), "PERMANENT")],
        Iproute.Neighbours(
            """
            [{"dst":"10.60.0.3","lladdr":"02:42:0a:3c:00:03","state":["PERMANENT"]},{"dst":"10.60.0.9","state":["FAILED"]}]
            """));

    [Fact]
    public void Forwarding_entries_are_read_with_and_without_a_VNI_and_those_without_a_VTEP_left_out() => Assert.Equal(
        [
            new ForwardingEntry(PhysicalAddress.Parse("02:42:0a:3c:00:03"), IPAddress.Parse("172.31.0.2"), null, "permanent"),
            new ForwardingEntry(PhysicalAddress.Parse("02:42:0a:3c:00:04"), IPAddress.Parse("172.31.0.3"), 4097, "permanent"),
        ],
        Iproute.Forwarding(
            """
            [{"mac":"7a:16:e9:1e:11:50","ifname":"vxlan0","vlan":1,"flags":[],"master":"br0","state":"permanent"},
             {"mac":"02:42:0a:3c:00:03","ifname":"vxlan0","dst":"172.31.0.2","link-netnsid":0,"flags":["self"],"state":"permanent"},
             {"mac":"02:42:0a:3c:00:04","ifname":"vxlan0","dst":"172.31.0.3","vni":4097,"link-netnsid":0,"flags":["self"],"state":"permanent"}]
            """));

    [Fact]
    public void An_empty_answer_is_an_empty_table() => Assert.Empty(Iproute.Neighbours(string.Empty));
}
