using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Watching;

internal enum WatchEnd
{
    /// <summary>Nothing changed in the time.</summary>
    TimedOut,

    /// <summary>Something changed; whether it is news is for the index to say.</summary>
    Changed,

    /// <summary>Answer whatever the index says (<see cref="Change.OutOfOrder"/>).</summary>
    AnswerNow,
}
