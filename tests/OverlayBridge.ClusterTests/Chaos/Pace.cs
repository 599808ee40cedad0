namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>How fast clients ask: so that a round has thousands of requests, and two cores do not only serve them.</summary>
internal static class Pace
{
    public static Task NextAsync(Random random) => Task.Delay(random.Next(1, 25), CancellationToken.None);
}
