namespace OverlayBridge.Store.Replication;

/// <summary>
/// Hears of the first thing that breaks the log, by whichever way it comes: a write of this node as the leader, entries of another leader, or
/// the state machine. The engine itself goes on as if nothing had happened, a leader that refuses every write, a follower that takes none.
/// </summary>
internal sealed class LogFailure
{
    private readonly TaskCompletionSource<Exception> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first report, never fails.</summary>
    public Task<Exception> First => _first.Task;

    public void Report(Exception e) => _first.TrySetResult(e);
}
