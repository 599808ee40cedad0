using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

public sealed class TakeoverStepTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly TakeoverComparison Equal = new(ComparisonOutcome.Equal, 42, 7, "");

    private static readonly TakeoverRecord Prepared = new(
        "t1", "consul://10.0.0.5:8500", "docker/", [], [], ["h1", "h2"], [], TakeoverPhase.Prepared, Now, new TakeoverLimits(15), "root@h1", "");

    private static readonly TakeoverRecord Asked = Prepared with { CommitAsked = Now };

    [Fact]
    public void Without_a_word_the_source_is_followed()
    {
        Assert.Equal(new TakeoverAction.Wait("following the source", []), Next(Prepared, TakeoverHostState.Ready));
        Assert.Equal(new TakeoverAction.Wait("catching up with the source", ["h2 (released)"]), TakeoverStep.Next(
            View(Prepared, One("h1", TakeoverHostState.Ready), One("h2", TakeoverHostState.Released)) with { InStep = false }));
    }

    [Fact]
    public void A_commit_begins_to_hold_when_every_host_is_ready_and_the_store_in_step() =>
        Assert.Equal(new TakeoverAction.Move(Prepared.In(TakeoverPhase.Holding, Now)), Next(Asked, TakeoverHostState.Ready));

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(-1, true)]
    public void A_commit_waits_for_hosts_a_while_and_is_then_refused_with_their_names(int seconds, bool refused)
    {
        var asked = Prepared with { CommitAsked = Now.AddSeconds(-seconds) };
        var action = TakeoverStep.Next(View(asked, One("h1", TakeoverHostState.Ready), One("h2", TakeoverHostState.Ready) with { IsHeard = false }));
        if (!refused)
            Assert.Equal(new TakeoverAction.Wait("about to commit", ["h2 (not heard of)"]), action);
        else
            Assert.Equal(new TakeoverAction.Move(Prepared with { Note = "The commit was refused, and nothing was changed: not ready: h2 (not heard of)." }), action);
    }

    [Fact]
    public void A_commit_is_refused_while_the_store_is_not_in_step()
    {
        var asked = Prepared with { CommitAsked = Now - TakeoverStep.CommitPatience };
        var move = Assert.IsType<TakeoverAction.Move>(TakeoverStep.Next(View(asked, One("h1", TakeoverHostState.Ready)) with { InStep = false }));
        Assert.Equal((TakeoverPhase.Prepared, null), (move.Next.Phase, move.Next.CommitAsked));
        Assert.Contains("not in step", move.Next.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_is_read_for_the_last_time_only_when_every_host_holds()
    {
        var holding = Prepared.In(TakeoverPhase.Holding, Now);
        Assert.IsType<TakeoverAction.Wait>(TakeoverStep.Next(View(holding, One("h1", TakeoverHostState.Holding), One("h2", TakeoverHostState.Ready))));
        Assert.IsType<TakeoverAction.Wait>(TakeoverStep.Next(View(holding, One("h1", TakeoverHostState.Holding), new Participant("h2", false, null, true))));
        Assert.IsType<TakeoverAction.Compare>(Next(holding, TakeoverHostState.Holding));
        Assert.IsType<TakeoverAction.Compare>(Next(holding, TakeoverHostState.Holding, new(ComparisonOutcome.Differs, 41, 7, "docker/x changed")));
    }

    [Fact]
    public void An_equal_comparison_flips_and_the_record_keeps_the_sources_index()
    {
        var holding = Prepared.In(TakeoverPhase.Holding, Now);
        Assert.Equal(
            new TakeoverAction.Flip(holding.In(TakeoverPhase.Flipped, Now) with { SourceIndex = 42 }), Next(holding, TakeoverHostState.Holding, Equal));
    }

    [Theory]
    [InlineData(TakeoverHostState.Failed, 1, "H2 could not hold: no nft. The engines")]
    [InlineData(TakeoverHostState.Ready, 15, "The hold lasted 15 s without h2 (ready). The engines")]
    [InlineData(TakeoverHostState.Holding, 15, "The hold lasted 15 s and the source was not read by then. The engines")]
    public void A_hold_that_fails_or_lasts_too_long_is_given_up_with_the_cause(TakeoverHostState other, int seconds, string note)
    {
        var report = new TakeoverHostReport("t1", other, Now, "nftables", 3, other == TakeoverHostState.Failed ? "no nft" : "");
        var view = View(Prepared.In(TakeoverPhase.Holding, Now), One("h1", TakeoverHostState.Holding), new Participant("h2", false, report, true));
        var move = Assert.IsType<TakeoverAction.Move>(TakeoverStep.Next(view with { InPhase = TimeSpan.FromSeconds(seconds) }));
        Assert.Equal(TakeoverPhase.Aborted, move.Next.Phase);
        Assert.StartsWith(note, move.Next.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_that_needs_a_persons_word_gives_the_takeover_up()
    {
        var move = Assert.IsType<TakeoverAction.Move>(
            Next(Prepared.In(TakeoverPhase.Holding, Now), TakeoverHostState.Holding, new(ComparisonOutcome.Refused, 9, 0, "the source is empty")));
        Assert.Equal((TakeoverPhase.Aborted, "The source is empty. The engines go on with consul://10.0.0.5:8500."), (move.Next.Phase, move.Next.Note));
    }

    [Fact]
    public void After_the_flip_every_host_is_waited_for_however_long_it_takes()
    {
        var flipped = Prepared.In(TakeoverPhase.Flipped, Now);
        var view = View(flipped, One("h1", TakeoverHostState.Redirected), One("h2", TakeoverHostState.Holding)) with { InPhase = TimeSpan.FromHours(1) };
        Assert.Equal(new TakeoverAction.Wait("waiting until every host is redirected", ["h2 (holding)"]), TakeoverStep.Next(view));
        Assert.Equal(new TakeoverAction.Move(flipped.In(TakeoverPhase.Committed, Now)), Next(flipped, TakeoverHostState.Redirected));
    }

    [Fact]
    public void Every_move_is_one_that_may_follow()
    {
        foreach (var phase in Enum.GetValues<TakeoverPhase>())
            foreach (var state in Enum.GetValues<TakeoverHostState>())
                foreach (var comparison in (TakeoverComparison?[])[null, Equal, new(ComparisonOutcome.Refused, 1, 1, "x")])
                    foreach (var seconds in (int[])[0, 100])
                    {
                        var record = Asked with { Phase = phase };
                        var action = TakeoverStep.Next(View(record, One("h1", state)) with { Comparison = comparison, InPhase = TimeSpan.FromSeconds(seconds) });
                        var next = (action as TakeoverAction.Move)?.Next.Phase ?? (action as TakeoverAction.Flip)?.Next.Phase ?? phase;
                        Assert.True(next == phase || TakeoverPhases.CanFollow(phase, next), $"{phase} to {next}");
                    }
    }

    private static TakeoverAction Next(TakeoverRecord record, TakeoverHostState both, TakeoverComparison? comparison = null) =>
        TakeoverStep.Next(View(record, One("h1", both), One("h2", both)) with { Comparison = comparison });

    private static TakeoverView View(TakeoverRecord record, params ImmutableArray<Participant> participants) =>
        new(record, participants, InStep: true, null, Now, TimeSpan.Zero);

    private static Participant One(string name, TakeoverHostState state) =>
        new(name, false, new TakeoverHostReport("t1", state, Now, "nftables", 3, ""), true);
}
