using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>What a probe has counted. Pure: each ended try gives the next one.</summary>
/// <param name="FailedSince">Begin of the first try of the failures that last, by a clock that only goes forward; null while the last one succeeded.</param>
internal sealed record ProbeTally(ProbeReport Report, TimeSpan? FailedSince)
{
    private const int MaxError = 300;

    /// <summary>Nothing counted yet.</summary>
    public static ProbeTally Empty(ProbeTaskRecord task, DateTimeOffset now) =>
        new(new ProbeReport(task.Run, task.Probe, task.Attempt, 0, 0, 0, 0, "", null, now, now), null);

    /// <summary>Goes on where an agent before this one was; that it was away counts as nothing.</summary>
    public static ProbeTally GoOn(ProbeTaskRecord task, ProbeReport? before, DateTimeOffset now) =>
        before is not null && before.Run == task.Run && before.Attempt == task.Attempt ? new(before, null) : Empty(task, now);

    /// <param name="begun">By a clock that only goes forward, as <paramref name="ended"/>: a host's time of day may be set meanwhile.</param>
    /// <param name="now">Time of day at the end, for people.</param>
    /// <param name="error">Why the try failed; null: it succeeded.</param>
    public ProbeTally After(TimeSpan begun, TimeSpan ended, DateTimeOffset now, string? error)
    {
        var failedSince = FailedSince ?? (error is null ? null : begun);
        var outage = failedSince is { } since ? (long)(ended - since).TotalMilliseconds : 0;
        return new ProbeTally(
            Report with
            {
                Tries = Report.Tries + 1,
                Failures = Report.Failures + (error is null ? 0 : 1),
                SuccessesInARow = error is null ? Report.SuccessesInARow + 1 : 0,
                LongestOutageMilliseconds = Math.Max(Report.LongestOutageMilliseconds, outage),
                LastError = error is null ? Report.LastError : error.Length <= MaxError ? error : error[..MaxError] + "…",
                LastFailed = error is null ? Report.LastFailed : now,
                Updated = now,
            },
            error is null ? null : failedSince);
    }
}
