using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class TombstoneAgeTests
{
    [Fact]
    public void An_index_is_old_enough_when_it_was_seen_for_the_whole_life_of_a_tombstone()
    {
        var age = TombstoneAge.Starting(TimeSpan.FromMinutes(15));
        (age, var first) = age.Observe(TimeSpan.Zero, 100);
        (age, var second) = age.Observe(TimeSpan.FromMinutes(14), 200);
        (age, var third) = age.Observe(TimeSpan.FromMinutes(15), 300);
        (age, var fourth) = age.Observe(TimeSpan.FromMinutes(16), 400);
        (_, var fifth) = age.Observe(TimeSpan.FromMinutes(40), 500);
        Assert.Equal([null, null, 100UL, null, 400UL], new[] { first, second, third, fourth, fifth });
    }
}
