using System.Diagnostics;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Before something is done for many at once: those who were just answered are about to ask again. What is to be done already is let go first, a few
/// times at most and not on a node that is behind with it, until as many have come again. Else the first of them would be served alone, and the rest
/// wait for a whole round.
/// </summary>
internal static class Gathering
{
    private const int MaxTurns = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(0.5);

    /// <param name="come">How many have come.</param>
    /// <param name="expected">How many were served last.</param>
    public static async ValueTask WaitAsync(Func<int> come, int expected)
    {
        var start = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < MaxTurns && come() < expected && Stopwatch.GetElapsedTime(start) < Longest; turn++)
            await Task.Yield();
    }
}
