using CsCheck;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// The whole protocol: coordinators, hosts, engines, operator and the record in the store, in any order, with views that are old, messages that
/// are lost, processes that die between two steps, and clocks that jump. The decisions are the product's own; store and hosts are models.
/// </summary>
public sealed class ProtocolModelTests
{
    private const int Hosts = 2;

    /// <summary>What is ordinary often, what goes wrong seldom: else few schedules come as far as the flip.</summary>
    private static readonly int[] Kinds =
        [.. Enumerable.Repeat((int[])[0, 1, 2, 3, 7, 8], 8).SelectMany(static ordinary => ordinary), 6, 6, 6, 6, 10, 10, 10, 4, 5, 5, 9, 11, 12];

    /// <summary>Each step is one move of one party; what it does when it cannot be made now is nothing.</summary>
    private static readonly Gen<(int Kind, int Who, int Seconds)[]> Schedules =
        Gen.Select(Gen.Int[0, Kinds.Length - 1].Select(static at => Kinds[at]), Gen.Int[0, Hosts - 1], Gen.Int[0, 20]).Array[0, 400];

    [Fact]
    public void In_every_order_one_store_alone_can_be_written_and_the_one_that_takes_over_has_every_write() =>
        Schedules.Sample(static steps =>
        {
            var world = new ProtocolModel(Hosts);
            foreach (var step in steps)
            {
                world.Step(step.Kind, step.Who, step.Seconds);
                Assert.Equal("", world.Wrong());
            }
        });

    [Fact]
    public void From_wherever_faults_have_led_it_the_takeover_ends_once_they_stop() =>
        Schedules.Sample(static steps =>
        {
            var world = new ProtocolModel(Hosts);
            foreach (var step in steps)
                world.Step(step.Kind, step.Who, step.Seconds);
            world.CalmDown();
            Assert.Equal("", world.Wrong());
            Assert.Equal("", world.Unfinished());
        });

    /// <summary>The model itself can fail: a coordinator that does not wait for hosts to hold loses writes, and the schedules find it.</summary>
    [Fact]
    public void A_flip_without_a_hold_would_be_found()
    {
        var found = Assert.Throws<CsCheckException>(static () => Schedules.Sample(static steps =>
        {
            var world = new ProtocolModel(Hosts) { TrustsAnyReport = true };
            foreach (var step in steps)
            {
                world.Step(step.Kind, step.Who, step.Seconds);
                Assert.Equal("", world.Wrong());
            }
        }));
        // Which of the two comes first depends on the schedule that is found.
        Assert.Matches("both stores can be written|writes were lost at the flip", found.ToString());
    }
}
