using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Probing;

public sealed class ProbeTallyTests
{
    private static readonly ProbeTaskRecord Task = new("run", "stage.gate", 2, null, new ProbeTarget.Tcp("db", 80), 50, 1000);
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void An_outage_lasts_from_the_begin_of_the_first_failure_to_the_end_of_the_first_success()
    {
        var tally = ProbeTally.Empty(Task, Start)
            .After(Ms(0), Ms(5), At(5), null)
            .After(Ms(50), Ms(60), At(60), "refused")
            .After(Ms(100), Ms(1100), At(1100), "no answer")
            .After(Ms(1150), Ms(1170), At(1170), null)
            .After(Ms(1200), Ms(1205), At(1205), null);

        Assert.Equal((5, 2, 2, 1120), (tally.Report.Tries, tally.Report.Failures, tally.Report.SuccessesInARow, tally.Report.LongestOutageMilliseconds));
        Assert.Equal(("no answer", At(1100), At(1205)), (tally.Report.LastError, tally.Report.LastFailed, tally.Report.Updated));
    }

    [Fact]
    public void An_outage_that_lasts_counts_as_far_as_it_is_seen()
    {
        var tally = ProbeTally.Empty(Task, Start).After(Ms(0), Ms(10), At(10), "refused").After(Ms(50), Ms(70), At(70), "refused");

        Assert.Equal((70, 0), (tally.Report.LongestOutageMilliseconds, tally.Report.SuccessesInARow));
    }

    [Fact]
    public void A_new_agent_goes_on_counting_and_a_new_attempt_begins_anew()
    {
        var before = ProbeTally.Empty(Task, Start).After(Ms(0), Ms(10), At(10), "refused").Report;

        Assert.Equal(2, ProbeTally.GoOn(Task, before, At(500)).After(Ms(500), Ms(501), At(501), null).Report.Tries);
        Assert.Equal(0, ProbeTally.GoOn(Task with { Attempt = 3 }, before, At(500)).Report.Tries);
        Assert.Equal(0, ProbeTally.GoOn(Task with { Run = "other" }, before, At(500)).Report.Tries);
    }

    [Fact]
    public void A_time_of_day_that_is_set_meanwhile_makes_no_outage_longer_or_shorter()
    {
        var tally = ProbeTally.Empty(Task, Start)
            .After(Ms(0), Ms(10), Start.AddDays(1), "refused")
            .After(Ms(50), Ms(70), Start.AddDays(-1), null);

        Assert.Equal((70, Start.AddDays(-1)), (tally.Report.LongestOutageMilliseconds, tally.Report.Updated));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static DateTimeOffset At(int milliseconds) => Start + TimeSpan.FromMilliseconds(milliseconds);
}
