using System.Collections.Concurrent;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Keys whose lock was lost with its session a moment ago. Every node notes them when it applies the end of the session, by its own
/// clock; whoever leads refuses locks on them before they reach the log, so that the state machine needs no clock.
/// </summary>
internal sealed class LockDelays(TimeProvider time)
{
    /// <summary>More are seldom under delay at once; then those that are over are dropped.</summary>
    private const int CleanUpAt = 1024;

    private readonly ConcurrentDictionary<StoreKey, long> _until = new();

    public void Note(ReadOnlySpan<Change> changes)
    {
        foreach (var change in changes)
            if (change is LockLost lost)
                _until[lost.Key] = time.GetTimestamp() + (long)(lost.Delay.TotalSeconds * time.TimestampFrequency);
        if (_until.Count >= CleanUpAt)
            DropOver();
    }

    /// <summary>Whether a lock on the key is to be refused for now.</summary>
    public bool Holds(StoreKey key) => _until.TryGetValue(key, out var until) && time.GetTimestamp() < until;

    private void DropOver()
    {
        var now = time.GetTimestamp();
        foreach (var (key, until) in _until)
            if (until <= now)
                _until.TryRemove(key, out _);
    }
}
