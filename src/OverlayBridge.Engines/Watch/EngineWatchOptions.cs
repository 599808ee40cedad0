namespace OverlayBridge.Engines.Watch;

/// <summary>Times of an <see cref="EngineWatch"/>.</summary>
/// <param name="ListInterval">How often everything is listed, whatever the events said.</param>
/// <param name="NetworkListSpacing">The shortest time between two lists of the networks, which a legacy engine asks its store for.</param>
/// <param name="FirstPause">How long after losing the engine it is looked for again; doubled with each failure.</param>
/// <param name="LongestPause">And no longer than this: until an engine that is back is seen, other hosts do not know its containers.</param>
public sealed record EngineWatchOptions(TimeSpan ListInterval, TimeSpan NetworkListSpacing, TimeSpan FirstPause, TimeSpan LongestPause)
{
    public static EngineWatchOptions Default { get; } = new(
        TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
}
