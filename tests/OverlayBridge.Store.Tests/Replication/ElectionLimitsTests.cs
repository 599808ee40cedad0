using System.Net;
using OverlayBridge.Store.Replication;
namespace OverlayBridge.Store.Tests.Replication;

public class ElectionLimitsTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(2), InlineData(3), InlineData(5), InlineData(7)]
    public void Members_have_limits_apart_from_each_other_from_the_shortest_up_to_half_as_long_again(int count)
    {
        EndPoint[] members = [.. Enumerable.Range(1, count).Select(static n => new IPEndPoint(new IPAddress([10, 0, 0, (byte)n]), 8300))];
        var limits = members.Select(member => ElectionLimits.For(member, members, Timeout)).OrderBy(static limit => limit.Lower).ToList();
        Assert.Equal(Timeout, limits[0].Lower);
        Assert.All(limits, limit => Assert.InRange(limit.Upper, limit.Lower + TimeSpan.FromMilliseconds(10), 1.5 * Timeout));
        Assert.All(limits.Zip(limits.Skip(1)), pair => Assert.True(pair.Second.Lower - pair.First.Upper >= 0.36 * Timeout / count, $"{pair}"));
    }

    [Fact]
    public void All_nodes_see_the_same_order_whatever_order_they_were_told()
    {
        EndPoint[] members = [.. Enumerable.Range(1, 5).Select(static n => new DnsEndPoint($"control-{n}", 8300))];
        foreach (var member in members)
            Assert.Equal(ElectionLimits.For(member, members, Timeout), ElectionLimits.For(member, [.. members.Reverse()], Timeout));
    }

    [Fact]
    public void A_node_that_knows_no_others_may_draw_any_limit()
    {
        var node = new IPEndPoint(IPAddress.Loopback, 8300);
        var any = new ElectionLimits(Timeout, 1.5 * Timeout);
        Assert.Equal(any, ElectionLimits.For(node, [], Timeout));
        Assert.Equal(any, ElectionLimits.For(node, [node], Timeout));
        Assert.Equal(any, ElectionLimits.For(node, [new IPEndPoint(IPAddress.Loopback, 8301), new IPEndPoint(IPAddress.Loopback, 8302)], Timeout));
    }
}
