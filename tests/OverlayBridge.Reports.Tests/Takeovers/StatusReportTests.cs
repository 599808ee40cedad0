using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Reports.Takeovers;

namespace OverlayBridge.Reports.Tests.Takeovers;

public sealed class StatusReportTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(TakeoverPhase.Prepared, "10.0.0.5:8500 is to be redirected to 10.0.0.7:8500")]
    [InlineData(TakeoverPhase.Holding, "10.0.0.5:8500 is held, to be redirected to 10.0.0.7:8500")]
    [InlineData(TakeoverPhase.Committed, "10.0.0.5:8500 is redirected to 10.0.0.7:8500")]
    [InlineData(TakeoverPhase.Released, "10.0.0.5:8500 is redirected no longer; it was to 10.0.0.7:8500")]
    [InlineData(TakeoverPhase.Aborted, "10.0.0.5:8500 was to be redirected to 10.0.0.7:8500")]
    public void What_becomes_of_the_old_address_is_said_as_the_phase_has_it(TakeoverPhase phase, string said) =>
        Assert.Contains(said, Table(phase, Agent), StringComparison.Ordinal);

    [Theory]
    [InlineData(TakeoverPhase.Prepared)]
    [InlineData(TakeoverPhase.Committed)]
    public void Of_relays_alone_nothing_is_redirected(TakeoverPhase phase)
    {
        var table = Table(phase, Relay);
        Assert.DoesNotContain("redirected", table, StringComparison.Ordinal);
        Assert.Contains("engines come through relay r1", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_agents_relays_are_named_too() =>
        Assert.Contains("is redirected to 10.0.0.7:8500; other engines come through relay r1", Table(TakeoverPhase.Committed, Agent, Relay), StringComparison.Ordinal);

    [Fact]
    public void What_the_coordinator_said_of_an_earlier_phase_is_not_shown_for_this_one()
    {
        Assert.Contains("waits for h3", Table(TakeoverPhase.Committed, Word(Now), Agent), StringComparison.Ordinal);
        Assert.DoesNotContain("waits for h3", Table(TakeoverPhase.Committed, Word(Now - TimeSpan.FromSeconds(1)), Agent), StringComparison.Ordinal);
    }

    private static TakeoverProgress Word(DateTimeOffset at) => new("t1", "n1", at, InStep: true, 67, 29, "waiting until every host is redirected", ["h3 (holding)"]);

    private static Participant Agent => new("h1", IsRelay: false, null, IsHeard: true);

    private static Participant Relay => new("r1", IsRelay: true, null, IsHeard: true);

    /// <summary>Its lines joined: where it wraps does not matter here.</summary>
    private static string Table(TakeoverPhase phase, params ImmutableArray<Participant> participants) => Table(phase, null, participants);

    private static string Table(TakeoverPhase phase, TakeoverProgress? progress, params ImmutableArray<Participant> participants)
    {
        var record = new TakeoverRecord(
            "t1", "consul://10.0.0.5:8500", "docker/", [IPEndPoint.Parse("10.0.0.5:8500")], [IPEndPoint.Parse("10.0.0.7:8500")],
            [.. participants.Where(static one => !one.IsRelay).Select(static one => one.Name)], [.. participants.Where(static one => one.IsRelay).Select(static one => one.Name)],
            phase, Now, new TakeoverLimits(15), "root@h1", "");
        return new StatusReport(StatusDocument.Of("bridge://b", "primary", record, progress, participants, null, Now)).Table(200, colour: false).Replace("redirected  ", "", StringComparison.Ordinal);
    }
}
