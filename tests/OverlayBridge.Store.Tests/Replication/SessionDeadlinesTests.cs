using OverlayBridge.Store.Replication;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class SessionDeadlinesTests
{
    private static readonly HashSet<string> None = [];

    [Fact]
    public void A_session_is_over_at_twice_its_TTL_and_not_before()
    {
        var (deadlines, over) = SessionDeadlines.Starting.Observe(TimeSpan.FromSeconds(100), [Session("s", "10s")], None);
        Assert.Empty(over);
        Assert.Empty(deadlines.Observe(TimeSpan.FromSeconds(119.9), [Session("s", "10s")], None).Over);
        Assert.Equal(["s"], deadlines.Observe(TimeSpan.FromSeconds(120), [Session("s", "10s")], None).Over);
    }

    [Fact]
    public void A_renewed_session_has_its_whole_time_again()
    {
        var (deadlines, _) = SessionDeadlines.Starting.Observe(TimeSpan.Zero, [Session("s", "10s")], None);
        (deadlines, _) = deadlines.Observe(TimeSpan.FromSeconds(19), [Session("s", "10s")], new HashSet<string> { "s" });
        Assert.Empty(deadlines.Observe(TimeSpan.FromSeconds(38), [Session("s", "10s")], None).Over);
        Assert.Equal(["s"], deadlines.Observe(TimeSpan.FromSeconds(39), [Session("s", "10s")], None).Over);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("no duration")]
    public void A_session_without_a_TTL_is_never_over(string ttl)
    {
        var (deadlines, _) = SessionDeadlines.Starting.Observe(TimeSpan.Zero, [Session("s", ttl)], None);
        Assert.Empty(deadlines.Observe(TimeSpan.FromDays(400), [Session("s", ttl)], None).Over);
    }

    [Fact]
    public void An_imported_session_is_its_sources_to_end()
    {
        var imported = Session("s", "10s") with { Imported = true };
        var (deadlines, _) = SessionDeadlines.Starting.Observe(TimeSpan.Zero, [imported], None);
        Assert.Empty(deadlines.Observe(TimeSpan.FromDays(1), [imported], None).Over);
    }

    private static StoreSession Session(string id, string ttl) => new(id, "", "n1", 0, "release", ttl, [], 1, 1) { Imported = false };
}
