using CsCheck;
using OverlayBridge.Overlay.Plans.Downtimes;

namespace OverlayBridge.Overlay.Tests.Plans.Downtimes;

public sealed class HostSlotTests
{
    private static readonly Gen<(TimeSpan[] Lengths, int Parallel)> Stages = Gen.Select(
        Gen.Int[0, 90].Select(static seconds => TimeSpan.FromSeconds(seconds)).Array[0, 40], Gen.Int[1, 8]);

    [Fact]
    public void The_next_host_begins_in_the_lane_that_is_free_first() =>
        Assert.Equal(
            [(0, 0), (0, 1), (4, 1), (6, 0)],
            HostSlot.Of([Seconds(6), Seconds(4), Seconds(9), Seconds(1)], 2).Select(static slot => ((int)slot.Begin.TotalSeconds, slot.Lane)));

    [Theory]
    [InlineData(0), InlineData(-1)]
    public void Without_a_limit_that_makes_sense_hosts_go_one_after_the_other(int parallel) =>
        Assert.Equal([Seconds(0), Seconds(2)], HostSlot.Of([Seconds(2), Seconds(3)], parallel).Select(static slot => slot.Begin));

    [Fact]
    public void No_lane_has_two_hosts_at_once_and_none_begins_before_one_that_comes_before_it() => Stages.Sample(static stage =>
    {
        var slots = HostSlot.Of(stage.Lengths, stage.Parallel);
        Assert.Equal(stage.Lengths, slots.Select(static slot => slot.Length));
        Assert.All(slots, slot => Assert.InRange(slot.Lane, 0, stage.Parallel - 1));
        Assert.Equal(slots.Select(static slot => slot.Begin).Order(), slots.Select(static slot => slot.Begin));
        foreach (var lane in slots.GroupBy(static slot => slot.Lane))
            Assert.All(lane.Zip(lane.Skip(1)), static pair => Assert.Equal(pair.First.End, pair.Second.Begin));
    });

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
