using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.PathProbing;

namespace OverlayBridge.DataPlane.Tests.Probing;

public sealed class ProbeFrameTests
{
    private static readonly PhysicalAddress From = PhysicalAddress.Parse("02420A3C0002");
    private static readonly PhysicalAddress To = PhysicalAddress.Parse("02420A3C0080");

    [Theory]
    [InlineData(false, 60)]
    [InlineData(true, 1464)]
    public void A_probe_comes_back_as_it_was_and_is_as_long_as_it_says(bool isFull, int length)
    {
        var probe = new ProbeFrame("0123456789abcdef", "web-1", isFull);
        var frame = probe.Encode(From, To, mtu: 1450);
        Assert.Equal(length, frame.Length);
        Assert.Equal((To, From), (new PhysicalAddress(frame[..6]), new PhysicalAddress(frame[6..12])));
        Assert.Equal(probe, ProbeFrame.Decode(frame));
    }

    [Fact]
    public void What_is_no_probe_or_was_cut_is_none()
    {
        var frame = new ProbeFrame("0123456789abcdef", new string('h', 200), false).Encode(From, To, mtu: 1450);
        for (var length = 0; length < frame.Length; length++)
            Assert.Null(ProbeFrame.Decode(frame.AsSpan(0, length)));
        frame[12] = 8;
        frame[13] = 0;
        Assert.Null(ProbeFrame.Decode(frame));
    }

    [Fact]
    public void The_kernels_routes_are_read_but_for_default_ones() => Assert.Equal(
        ["10.60.0.0/16 dev eth1", "172.31.0.0/24 dev eth0"],
        PathProbes.ParseRoutes(
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t01001FAC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            "eth1\t00003C0A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
            "eth0\t00001FAC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
            "damaged",
        ]).Select(route => $"{route}"));
}
