using CsCheck;
using OverlayBridge.Migration.Import;

namespace OverlayBridge.Migration.Tests.Import;

public class DeletionGuardTests
{
    private static readonly DeletionPolicy Default = new();

    [Theory]
    [InlineData(100, 100, 0, DeletionDecision.Proceed)]   // nothing goes
    [InlineData(100, 80, 20, DeletionDecision.Proceed)]   // 20 %
    [InlineData(100, 79, 21, DeletionDecision.Hold)]      // more
    [InlineData(15, 5, 10, DeletionDecision.Proceed)]     // a network of a small store
    [InlineData(15, 4, 11, DeletionDecision.Hold)]
    [InlineData(3, 0, 3, DeletionDecision.Hold)]          // few keys, but all of them
    [InlineData(100_000, 0, 100_000, DeletionDecision.Hold)]
    public void A_confirmed_deletion_passes_up_to_a_fifth_of_the_keys(int target, int source, int deletions, DeletionDecision expected) =>
        Assert.Equal(expected, DeletionGuard.Judge(new(target, source, deletions, 50) { ConfirmedAt = 60 }, Default).Decision);

    [Fact]
    public void No_key_of_a_live_store_is_deleted_on_the_strength_of_one_answer() =>
        Evidence.Sample(static e =>
            DeletionGuard.Judge(e with { CanBeConfirmed = true, ConfirmedAt = null }, new(1)).Decision ==
            (e.Deletions > 0 ? DeletionDecision.Confirm : DeletionDecision.Proceed));

    [Fact]
    public void An_empty_source_never_passes_without_a_persons_word() =>
        Gen.Select(Evidence, Gen.Double[0, 0.999]).Sample(static (e, allowed) =>
        {
            var empty = e with { SourceKeys = 0, Deletions = e.TargetKeys };
            Assert.NotEqual(DeletionDecision.Proceed, DeletionGuard.Judge(empty, new(allowed)).Decision);
        });

    [Fact]
    public void Allowing_more_never_turns_a_pass_into_a_hold() =>
        Gen.Select(Evidence, Gen.Double[0, 1], Gen.Double[0, 1]).Sample(static (e, a, b) =>
        {
            var (less, more) = (DeletionGuard.Judge(e, new(Math.Min(a, b))), DeletionGuard.Judge(e, new(Math.Max(a, b))));
            Assert.False(less.Decision == DeletionDecision.Proceed && more.Decision != DeletionDecision.Proceed);
        });

    [Fact]
    public void An_allowed_share_lets_pass_even_an_empty_source()
    {
        Assert.Equal(DeletionDecision.Proceed, DeletionGuard.Judge(new(100, 0, 100, 50) { ConfirmedAt = 60 }, new(1)).Decision);
        Assert.Equal(DeletionDecision.Proceed, DeletionGuard.Judge(new(100, 50, 50, 50) { ConfirmedAt = 60 }, new(0.5)).Decision);
        Assert.Equal(DeletionDecision.Hold, DeletionGuard.Judge(new(100, 49, 51, 50) { ConfirmedAt = 60 }, new(0.5)).Decision);
    }

    [Fact]
    public void Many_keys_gone_at_an_index_at_which_they_were_there_is_a_wrong_answer_whatever_is_allowed()
    {
        var verdict = DeletionGuard.Judge(new(100, 0, 100, 50) { ConfirmedAt = 50 }, new(1));
        Assert.Equal(DeletionDecision.Hold, verdict.Decision);
        Assert.Contains("index is still 50", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restored_source_is_called_that_and_passes_only_when_allowed()
    {
        var evidence = new DeletionEvidence(100, 50, 50, 50) { ConfirmedAt = 30 };
        var verdict = DeletionGuard.Judge(evidence, Default);
        Assert.Equal(DeletionDecision.Hold, verdict.Decision);
        Assert.Contains("50 of 100 keys (50 %)", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("fell from 50 to 30", verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(DeletionDecision.Proceed, DeletionGuard.Judge(evidence, new(0.5)).Decision);
    }

    [Theory]
    [InlineData(true, 130, DeletionDecision.Proceed)]  // each deletion has had an index of its own
    [InlineData(true, 129, DeletionDecision.Hold)]     // some went together
    [InlineData(true, 40, DeletionDecision.Hold)]      // the index fell
    [InlineData(false, 500, DeletionDecision.Hold)]    // nobody watched: the distance says nothing
    public void Keys_that_go_one_by_one_while_it_watches_are_what_engines_do(bool followed, ulong confirmedAt, DeletionDecision expected) =>
        Assert.Equal(expected, DeletionGuard.Judge(new(98, 18, 80, 50) { ConfirmedAt = confirmedAt, Followed = followed }, Default).Decision);

    [Fact]
    public void The_verdict_names_what_went_and_the_smallest_share_that_lets_it_pass()
    {
        var evidence = new DeletionEvidence(98, 66, 32, 50) { ConfirmedAt = 60, Lost = LostKeys.Describe(Keys) };
        var verdict = DeletionGuard.Judge(evidence, Default);
        Assert.Equal("32 of 98 keys (33 %) are gone in the source: 1 network, 2 endpoints, 1 host, 2 other keys; 20 % may go without a person's word", verdict.Reason);
        Assert.Equal(DeletionDecision.Proceed, DeletionGuard.Judge(evidence, new(verdict.SharePercent / 100.0)).Decision);
        Assert.Equal(DeletionDecision.Hold, DeletionGuard.Judge(evidence, new((verdict.SharePercent - 1) / 100.0)).Decision);
    }

    private static readonly string[] Keys =
    [
        "docker/network/v1.0/network/n1/", "docker/network/v1.0/endpoint/n1/e1/", "docker/network/v1.0/endpoint/n1/e2/",
        "docker/nodes/10.0.0.1:2376", "docker/network/v1.0/endpoint/n1/", "x",
    ];

    [Fact]
    public void A_file_is_not_asked_twice_but_its_deletions_are_counted()
    {
        Assert.Equal(DeletionDecision.Proceed, DeletionGuard.Judge(new(100, 80, 20, 50) { CanBeConfirmed = false }, Default).Decision);
        Assert.Equal(DeletionDecision.Hold, DeletionGuard.Judge(new(100, 70, 30, 50) { CanBeConfirmed = false }, Default).Decision);
    }

    private static Gen<DeletionEvidence> Evidence { get; } =
        from target in Gen.Int[1, 200]
        from deletions in Gen.Int[0, target]
        from added in Gen.Int[0, 5]
        from known in Gen.ULong[1, 10]
        from confirmed in Gen.ULong[0, 10]
        from live in Gen.Bool
        from followed in Gen.Bool
        select new DeletionEvidence(target, target - deletions + added, deletions, known)
        {
            Followed = followed,
            CanBeConfirmed = live,
            ConfirmedAt = live && confirmed > 0 ? confirmed : null,
        };
}
