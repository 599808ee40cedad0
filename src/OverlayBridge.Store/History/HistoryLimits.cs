namespace OverlayBridge.Store.History;

/// <summary>
/// How much is remembered: the oldest changes go as soon as one of the limits is passed. They are part of the state, as all nodes must
/// forget the same at the same moment; the leader proposes its own.
/// </summary>
/// <param name="MaxChanges">0: nothing is remembered.</param>
/// <param name="MaxBytes">Of memory, about: keys, former values and what goes with them.</param>
/// <param name="MaxAge">By the clocks of the nodes that led; zero for any age.</param>
public sealed record HistoryLimits(int MaxChanges, long MaxBytes, TimeSpan MaxAge)
{
    public const int MostChanges = 10_000_000;
    public const long MostBytes = 4L << 30;

    public static HistoryLimits Default { get; } = new(100_000, 32 << 20, TimeSpan.Zero);

    internal bool IsPassed(int changes, long bytes) => changes > MaxChanges || bytes > MaxBytes;
}
