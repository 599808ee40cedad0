namespace OverlayBridge.Overlay.Plans.Downtimes;

/// <summary>A time, as the least and the most of what was measured.</summary>
public readonly record struct TimeSpread(TimeSpan Least, TimeSpan Most)
{
    public static TimeSpread Zero { get; } = new(TimeSpan.Zero, TimeSpan.Zero);

    public static TimeSpread Seconds(double least, double most) => new(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));

    public static TimeSpread operator +(TimeSpread one, TimeSpread two) => new(one.Least + two.Least, one.Most + two.Most);

    public static TimeSpread Add(TimeSpread left, TimeSpread right) => left + right;
}

/// <summary>
/// How long a container is away, by what happens to its host. The defaults were measured by hand with engines 20.10.5 and 26.1.5 on two cores, up to
/// three containers a host, as what a peer that asked every 0.2 s missed. More containers, slower disks and processes that ignore SIGTERM (10 s each
/// stop) add to it: measure on one host of your own, the canary, and give its figures instead.
/// </summary>
/// <param name="Convert">The host goes over in place and stays on its engine: 6.5 s, 7.6 s and 6.3 s seen.</param>
/// <param name="ConvertUpgrade">It goes over and its engine is exchanged in the same stop: 7.6 s seen.</param>
/// <param name="Upgrade">The engine of a host that went over is exchanged: 9.1 s seen.</param>
/// <param name="Move">A container is made anew elsewhere: from its parts, stop 2.5-3.0 s, connect 0.1 s, start with attachment 1.4-2.6 s.</param>
public sealed record DowntimeFigures(TimeSpread Convert, TimeSpread ConvertUpgrade, TimeSpread Upgrade, TimeSpread Move)
{
    public static DowntimeFigures Measured { get; } =
        new(TimeSpread.Seconds(6.3, 7.6), TimeSpread.Seconds(7.6, 7.6), TimeSpread.Seconds(9.1, 9.1), TimeSpread.Seconds(4.0, 5.7));
}
