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

    /// <summary>How long connections are given to fall idle before their store is held.</summary>
    public static readonly TimeSpan DrainPatience = TimeSpan.FromMilliseconds(800);

    /// <summary>For so long of that, only what is surely idle is reset.</summary>
    private static readonly TimeSpan Gentle = TimeSpan.FromMilliseconds(400);

    /// <summary>A pause after which an answer is over, for a program that hardly pauses between requests.</summary>
    private static readonly TimeSpan ShortQuiet = TimeSpan.FromMilliseconds(25);

    /// <summary>An answer that takes longer needs no waiting before the hold: its request has arrived, and a hold lets answers pass.</summary>
    private static readonly TimeSpan UsualAnswer = TimeSpan.FromMilliseconds(250);

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

    /// <summary>
    /// What becomes of a connection in the moments before the hold, while no new one can be opened and those that stand still work: each is reset in
    /// a pause of its program, so that the hold meets no request on its way.
    /// </summary>
    /// <param name="elapsed">Since no new connection can be opened.</param>
    public static Fate BeforeHold(StoreConnection connection, TimeSpan elapsed)
    {
        if (connection.IsOpening)
            return Fate.Leave;
        if (connection.Unsent > 0)
            return Fate.Wait;
        if (IsUnderWay(connection))
            return connection.SinceSent < UsualAnswer ? Fate.Wait : Fate.Leave;
        var answered = IsUnclear(connection) ? UsualAnswer : elapsed < Gentle ? Quiet : ShortQuiet;
        return connection.SinceReceived < answered ? Fate.Wait : Fate.Reset;
    }

    public static Fate Of(StoreConnection connection)
    {
        if (connection.IsOpening)
            return Fate.Leave;
        if (connection.Unsent > 0)
            return Fate.Wait;
        if (IsUnderWay(connection))
            return connection.SinceSent < LongestRequest ? Fate.Wait : Fate.Leave;
        return connection.SinceReceived < (IsUnclear(connection) ? Patience : Quiet) ? Fate.Wait : Fate.Reset;
    }

    private static bool IsUnderWay(StoreConnection connection) => connection.AwaitsFirstAnswer || connection.SinceSent < connection.SinceReceived;

    /// <summary>The kernel's clock ticks in milliseconds: request and answer within one tick look like a request after an answer.</summary>
    private static bool IsUnclear(StoreConnection connection) => connection.SinceSent == connection.SinceReceived;
}
