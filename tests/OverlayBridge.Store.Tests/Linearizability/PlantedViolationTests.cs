using static OverlayBridge.Store.Tests.Linearizability.RegisterHistory;

namespace OverlayBridge.Store.Tests.Linearizability;

public sealed class PlantedViolationTests
{
    [Fact]
    public void Operations_one_after_the_other_that_answer_as_Consul_does_are_accepted() => Assert.True(IsLinearizable(
        Written(0, 1, "a"), Read(2, 3, "a", 5), Written(4, 5, "b", cas: 5), Written(6, 7, "c", cas: 5, held: false), Read(8, 9, "b", 7),
        Deleted(10, 11, cas: 5, held: false), Deleted(12, 13, cas: 7), Read(14, 15, null), Deleted(16, 17, cas: 7), Written(18, 19, "d", cas: 0),
        Written(20, 21, "e", cas: 0, held: false), Read(22, 23, "d", 9)));

    [Fact]
    public void A_read_that_runs_beside_a_write_may_show_either_value()
    {
        Assert.True(IsLinearizable(Written(0, 1, "a"), Written(2, 9, "b"), Read(3, 4, "a", 1), Read(5, 6, "b", 2)));
        Assert.True(IsLinearizable(Written(0, 1, "a"), Written(2, 9, "b"), Read(3, 4, "b", 2), Read(5, 6, "b", 2)));
    }

    [Fact]
    public void Of_two_writes_side_by_side_either_may_be_the_last()
    {
        Assert.True(IsLinearizable(Written(0, 9, "a"), Written(0, 9, "b"), Read(10, 11, "a", 2)));
        Assert.True(IsLinearizable(Written(0, 9, "a"), Written(0, 9, "b"), Read(10, 11, "b", 2)));
    }

    [Fact]
    public void A_value_that_is_gone_again_within_one_write_is_a_stale_read() =>
        Assert.False(IsLinearizable(Written(0, 1, "a"), Written(2, 9, "b"), Read(3, 4, "b", 2), Read(5, 6, "a", 1)));

    [Fact]
    public void A_stale_read_is_rejected() =>
        Assert.False(IsLinearizable(Written(0, 1, "a"), Written(2, 3, "b"), Read(4, 5, "a", 1)));

    [Fact]
    public void A_lost_acknowledged_write_is_rejected() =>
        Assert.False(IsLinearizable(Written(0, 1, "a"), Read(2, 3, null)));

    [Fact]
    public void A_doubled_write_is_rejected() => Assert.False(IsLinearizable(
        Written(0, 1, "a"), Read(2, 3, "a", 1), Written(4, 5, "b"), Read(6, 7, "b", 2), Read(8, 9, "a", 3)));

    [Fact]
    public void A_write_of_unknown_outcome_that_happens_twice_is_rejected() => Assert.False(IsLinearizable(
        Unknown(0, "a"), Read(2, 3, "a", 1), Written(4, 5, "b"), Read(6, 7, "b", 2), Read(8, 9, "a", 1)));

    [Fact]
    public void A_compare_and_set_that_held_twice_for_one_index_is_rejected() => Assert.False(IsLinearizable(
        Written(0, 1, "a"), Read(2, 3, "a", 1), Written(4, 8, "b", cas: 1), Written(4, 8, "c", cas: 1)));

    [Fact]
    public void A_compare_and_set_that_did_not_hold_although_nothing_had_changed_is_rejected() =>
        Assert.False(IsLinearizable(Written(0, 1, "a"), Read(2, 3, "a", 1), Written(4, 5, "b", cas: 1, held: false)));

    [Fact]
    public void An_index_that_goes_back_is_rejected() => Assert.False(IsLinearizable(
        Written(0, 1, "a"), Read(2, 3, "a", 5), Written(4, 5, "b"), Read(6, 7, "b", 4)));

    [Fact]
    public void One_value_with_two_indexes_is_rejected() =>
        Assert.False(IsLinearizable(Written(0, 1, "a"), Read(2, 3, "a", 5), Read(4, 5, "a", 6)));

    [Fact]
    public void A_write_of_unknown_outcome_may_happen_late_early_or_never()
    {
        Assert.True(IsLinearizable(Unknown(0, "a"), Read(1, 2, null), Read(3, 4, "a", 1)));
        Assert.True(IsLinearizable(Unknown(0, "a"), Read(1, 2, "a", 1)));
        Assert.True(IsLinearizable(Unknown(0, "a"), Written(1, 2, "b"), Read(3, 4, "b", 1)));
        Assert.True(IsLinearizable(Written(0, 1, "b"), Read(2, 3, "b", 1), Unknown(4, "a", cas: 1), Written(5, 6, "c", cas: 1)));
    }

    [Fact]
    public void A_write_of_unknown_outcome_does_not_happen_before_it_is_sent() =>
        Assert.False(IsLinearizable(Read(0, 1, "a", 1), Unknown(2, "a")));

    [Fact]
    public void Keys_are_looked_at_one_by_one_and_the_bad_one_is_named()
    {
        var violation = Histories.Linearizability.Find(
            [Written(0, 1, "a"), Read(2, 3, "a", 1), Written(0, 1, "a") with { Key = "other" }, Read(2, 3, null) with { Key = "other" }]);
        Assert.Equal("other", violation?.Key);
        Assert.Equal(2, violation?.History.Count);
    }

    [Fact]
    public void A_value_that_is_written_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => IsLinearizable(Written(0, 1, "a"), Written(2, 3, "a")));
}
