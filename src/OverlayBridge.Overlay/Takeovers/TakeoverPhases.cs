using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>Which phase may follow which. Every change is a compare-and-set on the record, so that of two at once one alone is made.</summary>
public static class TakeoverPhases
{
    public static bool CanFollow(TakeoverPhase from, TakeoverPhase to) => (from, to) is
        (TakeoverPhase.Prepared, TakeoverPhase.Holding or TakeoverPhase.Aborted) or
        (TakeoverPhase.Holding, TakeoverPhase.Flipped or TakeoverPhase.Aborted) or
        (TakeoverPhase.Flipped, TakeoverPhase.Committed) or
        (TakeoverPhase.Committed, TakeoverPhase.Released);

    /// <summary>Nothing follows: another takeover may be prepared.</summary>
    public static bool IsOver(TakeoverPhase phase) => phase is TakeoverPhase.Released or TakeoverPhase.Aborted;

    /// <summary>The store has changed hands: there is no way back to the source from here.</summary>
    public static bool IsPastFlip(TakeoverPhase phase) =>
        phase is TakeoverPhase.Flipped or TakeoverPhase.Committed or TakeoverPhase.Released;

    /// <summary>What a host reports when it has done what the phase asks of it.</summary>
    public static TakeoverHostState Wanted(TakeoverPhase phase) => phase switch
    {
        TakeoverPhase.Prepared => TakeoverHostState.Ready,
        TakeoverPhase.Holding => TakeoverHostState.Holding,
        TakeoverPhase.Flipped or TakeoverPhase.Committed => TakeoverHostState.Redirected,
        _ => TakeoverHostState.Released,
    };
}
