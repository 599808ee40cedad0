using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// What becomes of a connection while its store is held. Pure. Idle ones are reset: a request sent into a held one would be lost at the
/// flip, while a new connection just waits. One with a request under way is left until its answer is there. One that has
/// waited long is a blocking query, and left alone: it does no harm and survives an abort.
/// </summary>
internal static class Settling
{
    /// <summary>How long hosts wait for answers before they report that they hold.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A pause in an answer that is longer than this is its end.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>A request that has waited longer for its answer is a blocking query.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(1);

    public enum Fate
    {
        Leave,
        Wait,
        Reset,
    }

    public static Fate Of(StoreConnection connection)
    {
        if (connection.IsOpening)
            return Fate.Leave;
        if (connection.Unsent > 0)
            return Fate.Wait;
        if (connection.SinceSent < connection.SinceReceived)
            return connection.SinceSent < LongestRequest ? Fate.Wait : Fate.Leave;
        // The kernel's clock ticks in milliseconds: request and answer within one tick look like a request after an answer.
        var answered = connection.SinceSent == connection.SinceReceived ? Patience : Quiet;
        return connection.SinceReceived < answered ? Fate.Wait : Fate.Reset;
    }
}
