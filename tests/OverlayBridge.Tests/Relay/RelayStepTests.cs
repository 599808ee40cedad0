using CsCheck;
using OverlayBridge.Gateway.Relay;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Serve.Relay;

namespace OverlayBridge.Tests.Relay;

public sealed class RelayStepTests
{
    private static readonly TakeoverRecord Prepared = new(
        "t1", "consul://10.0.0.5:8500", "docker/", [], [], [], ["n1"], TakeoverPhase.Prepared, DateTimeOffset.UnixEpoch, new TakeoverLimits(15), "root@n1", "");

    private static readonly Gen<RelayMemory> Memories = Gen.Select(Gen.OneOf(Gen.Const(""), Gen.Const("t0"), Gen.Const("t1")), Gen.Enum<RelayStance>(), static (id, stance) => new RelayMemory(id, stance));

    [Theory]
    [InlineData(TakeoverPhase.Prepared, RelayStance.Passing, TakeoverHostState.Ready)]
    [InlineData(TakeoverPhase.Holding, RelayStance.Holding, TakeoverHostState.Holding)]
    [InlineData(TakeoverPhase.Flipped, RelayStance.Serving, TakeoverHostState.Redirected)]
    [InlineData(TakeoverPhase.Committed, RelayStance.Serving, TakeoverHostState.Redirected)]
    [InlineData(TakeoverPhase.Released, RelayStance.Serving, TakeoverHostState.Released)]
    [InlineData(TakeoverPhase.Aborted, RelayStance.Passing, TakeoverHostState.Released)]
    public void A_relay_that_remembers_nothing_does_what_the_phase_asks_for(TakeoverPhase phase, object stance, TakeoverHostState report)
    {
        var decision = RelayStep.Next(Prepared with { Phase = phase }, false, RelayMemory.None);
        Assert.Equal(new RelayDecision(new("t1", (RelayStance)stance), report, ""), decision);
        Assert.Equal(report, TakeoverPhases.Wanted(phase));
    }

    [Fact]
    public void Without_a_takeover_everything_is_passed_on() =>
        Assert.Equal(new RelayDecision(new("", RelayStance.Passing), null, ""), RelayStep.Next(null, false, RelayMemory.None));

    [Fact]
    public void A_store_that_has_taken_over_is_served_though_its_record_is_gone() =>
        Assert.Equal(RelayStance.Serving, RelayStep.Next(null, true, new("t1", RelayStance.Passing)).Next.Stance);

    [Fact]
    public void A_hold_stays_while_its_record_is_gone_or_older_than_what_is_known()
    {
        var holding = new RelayMemory("t1", RelayStance.Holding);
        Assert.Equal(holding, RelayStep.Next(null, false, holding).Next);
        var back = RelayStep.Next(Prepared, false, holding);
        Assert.Equal(holding, back.Next);
        Assert.NotEqual("", back.Note);
    }

    [Fact]
    public void A_hold_of_an_earlier_takeover_is_over_when_another_is_prepared() =>
        Assert.Equal(RelayStance.Passing, RelayStep.Next(Prepared, false, new("t0", RelayStance.Holding)).Next.Stance);

    [Fact]
    public void Who_has_served_never_passes_on_again() => Gen.Select(Gen.Enum<TakeoverPhase>(), Gen.Bool, Gen.Bool, Memories).Sample(static (phase, none, flipped, memory) =>
    {
        var next = RelayStep.Next(none ? null : Prepared with { Phase = phase }, flipped, memory).Next;
        return memory.Stance != RelayStance.Serving && !flipped || next.Stance == RelayStance.Serving;
    });

    [Fact]
    public void A_decision_is_its_own_successor() => Gen.Select(Gen.Enum<TakeoverPhase>(), Gen.Bool, Memories).Sample(static (phase, flipped, memory) =>
    {
        var record = Prepared with { Phase = phase };
        var once = RelayStep.Next(record, flipped, memory);
        return RelayStep.Next(record, flipped, once.Next) == once;
    });
}
