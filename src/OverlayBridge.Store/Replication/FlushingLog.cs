using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The engine's log with one repair: a follower answers for entries only when they are on its disk. As shipped it answers
/// after the copy into memory, and kill -9 of all nodes lost acknowledged writes.
/// </summary>
internal sealed class FlushingLog(WriteAheadLog.Options options, IStateMachine stateMachine)
    : WriteAheadLog(options, stateMachine), IAuditTrail<IRaftLogEntry>
{
    /// <summary>The engine calls through the interface, so this takes the place of the base class's method.</summary>
    async ValueTask IAuditTrail<IRaftLogEntry>.AppendAsync<TEntry>(
        ILogEntryProducer<TEntry> entries, long startIndex, bool skipCommitted, CancellationToken token)
    {
        var any = entries.RemainingCount > 0;
        await AppendAsync(entries, startIndex, skipCommitted, token).ConfigureAwait(false);
        if (any)
            await FlushAsync(token).ConfigureAwait(false);
    }
}
