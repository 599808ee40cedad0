using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The state as the log sees it: entries are applied while a snapshot is being written. The engine's own state machine waits for the end of a
/// snapshot before the next entry, as a state that changes in place must; every write of that time would wait with it. Ours is a value, and the
/// snapshot holds that of the moment it was due.
/// </summary>
internal sealed class OverlappedSnapshots(ReplicatedState state) : IStateMachine
{
    private readonly IStateMachine _engine = state;

    ISnapshot? ISnapshotManager.Snapshot => _engine.Snapshot;

    ValueTask<long> IStateMachine.ApplyAsync(LogEntry entry, CancellationToken token) =>
        // The first entry after the snapshot was written goes to the engine, which then puts it in its place.
        state.MayApplyBeside && !entry.IsSnapshot ? ValueTask.FromResult(state.ApplyBeside(entry)) : _engine.ApplyAsync(entry, token);

    ValueTask ISnapshotManager.ReclaimGarbageAsync(long watermark, CancellationToken token) => _engine.ReclaimGarbageAsync(watermark, token);
}
