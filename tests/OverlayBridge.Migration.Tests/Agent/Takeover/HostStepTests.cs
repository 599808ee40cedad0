using System.Collections.Immutable;
using System.Net;
using CsCheck;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Http;

namespace OverlayBridge.Migration.Agent.Takeover;

public sealed class HostStepTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<TakeoverRecord> AnyRecord = Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, 1], Gen.Bool, static (phase, id, takesPart) => Sample.Record((TakeoverPhase)phase, $"t{id}") with { Hosts = takesPart ? ["h1"] : ["h2"] });

    private static readonly Gen<KnownTakeover?> AnyView = Gen.Select(
        Gen.Int[0, 9], AnyRecord, static (kind, record) => kind == 0 ? null : new KnownTakeover(kind == 1 ? null : record, 7));

    private static readonly Gen<ImmutableHashSet<IPEndPoint>?> AnyReady = Gen.Int[-1, 7].Select(static bits => bits < 0
        ? null
        : Sample.Record(TakeoverPhase.Prepared).Gateways.Where((_, i) => (bits & (1 << i)) != 0).ToImmutableHashSet());

    /// <summary>Whatever the steps can have led to.</summary>
    private static readonly Gen<Engagement> AnyEngagement = Gen.Select(AnyRecord, AnyReady, Gen.Bool, Gen.Int[0, 60], static (record, ready, settled, age) =>
        HostStep.Next(new KnownTakeover(record, 1), Engagement.None, "h1", ready, Now.AddSeconds(-age)).Engagement with { IsSettled = settled });

    private static Gen<Engagement> EngagementsOf(params TakeoverPhase[] phases) => Gen.Select(
        Gen.Int[0, phases.Length - 1], Gen.Int[0, 1], AnyReady, Gen.Bool, Gen.Int[0, 60], (phase, id, ready, settled, age) =>
            HostStep.Next(new KnownTakeover(Sample.Record(phases[phase], $"t{id}") with { Hosts = ["h1"] }, 1), Engagement.None, "h1", ready, Now.AddSeconds(-age))
                .Engagement with { IsSettled = settled });

    private static bool Covers(Engagement engagement) =>
        Sample.Record(TakeoverPhase.Prepared).SourceAddresses.All(s => engagement.Rules.Held.Contains(s) || engagement.Rules.Redirected.ContainsKey(s));

    [Fact]
    public void From_any_state_and_view_one_step_arrives_and_a_second_changes_nothing() =>
        Gen.Select(AnyView, AnyEngagement, AnyReady).Sample(static (view, engaged, ready) =>
        {
            var first = HostStep.Next(view, engaged, "h1", ready, Now);
            var second = HostStep.Next(view, first.Engagement, "h1", ready, Now);
            Assert.Equal(first, second);
        });

    [Fact]
    public void Once_redirected_the_old_store_is_out_of_reach_until_it_is_known_that_the_takeover_is_released() =>
        Gen.Select(AnyView, EngagementsOf(TakeoverPhase.Flipped, TakeoverPhase.Committed), AnyReady).Sample(static (view, engaged, ready) =>
        {
            Assert.Equal(EngagementKind.Redirected, engaged.Kind);
            var isOver = view?.Record is { } record &&
                (record.Id != engaged.TakeoverId || record.Phase == TakeoverPhase.Released || !record.Hosts.Contains("h1"));
            var next = HostStep.Next(view, engaged, "h1", ready, Now).Engagement;
            Assert.True(isOver || (next.Kind == EngagementKind.Redirected && Covers(next)));
        });

    [Fact]
    public void A_hold_is_not_lifted_before_the_takeover_is_known_to_be_flipped_or_aborted_however_old_it_is() =>
        Gen.Select(AnyView, EngagementsOf(TakeoverPhase.Holding), AnyReady).Sample(static (view, engaged, ready) =>
        {
            Assert.Equal(EngagementKind.Holding, engaged.Kind);
            var next = HostStep.Next(view, engaged, "h1", ready, Now).Engagement;
            var isKnown = view?.Record is { } record &&
                (record.Id != engaged.TakeoverId || !record.Hosts.Contains("h1") || record.Phase is TakeoverPhase.Aborted or TakeoverPhase.Released);
            Assert.True(isKnown || Covers(next));
        });

    [Fact]
    public void A_flipped_takeover_leaves_no_address_of_the_old_store_free_whatever_gateways_there_are() =>
        Gen.Select(AnyEngagement, AnyReady, Gen.Bool).Sample(static (engaged, ready, fits) =>
        {
            var record = Sample.Record(TakeoverPhase.Flipped, "t1", fits ? [] : ["[fd00::7]:8500"]);
            var next = HostStep.Next(new KnownTakeover(record, 1), engaged, "h1", ready, Now);
            Assert.True(Covers(next.Engagement));
            Assert.Equal(fits ? TakeoverHostState.Redirected : TakeoverHostState.Failed, next.State);
        });

    [Fact]
    public void A_hold_that_is_too_old_aborts_the_takeover_and_stays_until_the_store_says_so()
    {
        var view = new KnownTakeover(Sample.Record(TakeoverPhase.Holding), 1);
        var held = HostStep.Next(view, Engagement.None, "h1", null, Now);
        Assert.False(held.AbortsTakeover);
        var late = HostStep.Next(view, held.Engagement, "h1", null, Now.AddSeconds(31));
        Assert.True(late.AbortsTakeover);
        Assert.Equal(EngagementKind.Holding, late.Engagement.Kind);
        var aborted = HostStep.Next(new KnownTakeover(Sample.Record(TakeoverPhase.Aborted), 2), late.Engagement, "h1", null, Now.AddSeconds(32));
        Assert.Equal(Engagement.None, aborted.Engagement);
        Assert.Equal(TakeoverHostState.Released, aborted.State);
    }

    [Fact]
    public void A_gateway_stays_while_it_answers_and_only_the_hosts_of_one_that_is_gone_move()
    {
        var record = Sample.Record(TakeoverPhase.Flipped);
        var all = record.Gateways.ToImmutableHashSet();
        var hosts = Enumerable.Range(0, 60).Select(static i => $"host{i}").ToDictionary(static h => h, h => GatewayChoice.For(h, Sample.Old, record, null, all)!);
        Assert.All(record.Gateways, gateway => Assert.InRange(hosts.Values.Count(gateway.Equals), 8, 34));
        var gone = record.Gateways[0];
        foreach (var (host, before) in hosts)
        {
            var after = GatewayChoice.For(host, Sample.Old, record, before, all.Remove(gone))!;
            Assert.Equal(before.Equals(gone), !after.Equals(before));
            // Back again, nobody moves; and nobody moves when none answers.
            Assert.Equal(after, GatewayChoice.For(host, Sample.Old, record, after, all));
            Assert.Equal(before, GatewayChoice.For(host, Sample.Old, record, before, []));
        }
    }

    [Fact]
    public void The_mark_of_own_connections_is_the_one_that_rules_exempt() => Assert.Equal(StoreRules.ExemptMark, MarkedConnection.Mark);

    [Theory]
    [InlineData(0, 900, 900, 0, "Reset")] // idle
    [InlineData(0, 60, 50, 0, "Wait")] // just answered: perhaps in the middle of an answer, or just before the next request
    [InlineData(0, 60, 50, 500, "Reset")] // a program that hardly pauses
    [InlineData(0, 15, 10, 500, "Wait")]
    [InlineData(0, 50, 900, 0, "Wait")] // a request is under way
    [InlineData(0, 300, 900, 0, "Leave")] // it has arrived long ago: the answer will pass the hold
    [InlineData(7, 5000, 9000, 500, "Wait")] // sent, and not even acknowledged
    public void Before_a_hold_connections_are_reset_in_their_programs_pauses(int unsent, int sent, int received, int elapsed, string fate) =>
        Assert.Equal(
            fate,
            Settling.BeforeHold(
                new StoreConnection(Sample.Local, Sample.Old, false, unsent, TimeSpan.FromMilliseconds(sent), TimeSpan.FromMilliseconds(received)),
                TimeSpan.FromMilliseconds(elapsed)).ToString());

    [Fact]
    public void A_first_request_that_is_under_way_is_seen_whatever_the_times_say()
    {
        var watch = new StoreConnection(Sample.Local, Sample.Old, false, 0, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        Assert.Equal(Settling.Fate.Reset, Settling.Of(watch));
        Assert.Equal(Settling.Fate.Leave, Settling.Of(watch with { AwaitsFirstAnswer = true }));
        Assert.Equal(Settling.Fate.Leave, Settling.BeforeHold(watch with { AwaitsFirstAnswer = true }, default));
    }

    [Theory]
    [InlineData(0, 900, 900, "Reset")] // idle
    [InlineData(0, 50, 50, "Wait")] // request and answer in one tick of the clock, or a request since
    [InlineData(0, 900, 50, "Wait")] // an answer is arriving
    [InlineData(0, 900, 200, "Reset")] // it has arrived
    [InlineData(0, 50, 900, "Wait")] // a request is under way
    [InlineData(0, 5000, 9000, "Leave")] // a blocking query
    [InlineData(7, 5000, 9000, "Wait")] // sent, and not even acknowledged
    public void Idle_connections_are_reset_in_a_hold_and_those_with_a_request_under_way_are_waited_for(int unsent, int sent, int received, string fate) =>
        Assert.Equal(fate, Settling.Of(new StoreConnection(Sample.Local, Sample.Old, false, unsent, TimeSpan.FromMilliseconds(sent), TimeSpan.FromMilliseconds(received))).ToString());
}
