namespace OverlayBridge.Migration.Agent;

/// <summary>How long a store that is away is left alone before it is asked again. Pure.</summary>
internal static class ReturnPlan
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Half a minute at the shortest pause, two minutes to the longest.</summary>
    private const double LongestShareOfAbsence = 1.0 / 120;

    /// <summary>So that agents which lost the store in one moment do not come back in one.</summary>
    private const double Spread = 0.2;

    /// <summary>200 to 300 ms in the first half minute, then longer, up to 0.8 to 1.2 s: what changed is to be known everywhere within 2 s of the return.</summary>
    /// <param name="away">For how long the store has not answered.</param>
    /// <param name="random">At least 0, below 1.</param>
    public static TimeSpan Pause(TimeSpan away, double random)
    {
        var pause = away * LongestShareOfAbsence;
        return Spreaded(pause < Shortest ? Shortest : pause < Longest ? pause : Longest, random);
    }

    /// <summary>A pause that is a fifth shorter to a fifth longer, by chance.</summary>
    public static TimeSpan Spreaded(TimeSpan pause, double random) => pause * (1 - Spread + 2 * Spread * random);
}
