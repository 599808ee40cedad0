using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class TombstoneAgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_index_is_old_enough_when_it_was_seen_for_the_whole_life_of_a_tombstone()
    {
        var age = TombstoneAge.Starting(TimeSpan.FromMinutes(15));
        (age, var first) = age.Observe(Start, 100);
        (age, var second) = age.Observe(Start.AddMinutes(14), 200);
        (age, var third) = age.Observe(Start.AddMinutes(15), 300);
        (age, var fourth) = age.Observe(Start.AddMinutes(16), 400);
        (_, var fifth) = age.Observe(Start.AddMinutes(40), 500);
        Assert.Equal([null, null, 100UL, null, 400UL], new[] { first, second, third, fourth, fifth });
    }
}
