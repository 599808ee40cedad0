using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The engine's log with three repairs. A follower answers for entries only when they are on its disk: as shipped it answers
/// after the copy into memory, and kill -9 of all nodes lost acknowledged writes. A follower whose log breaks says so. And a node that was
/// away is sent what it lacks in several requests.
/// </summary>
internal sealed class FlushingLog(WriteAheadLog.Options options, IStateMachine stateMachine, LogFailure failure)
    : WriteAheadLog(options, stateMachine), IAuditTrail<IRaftLogEntry>
{
    /// <summary>What one request carries at most, if it is more than one entry: a fifth of what a healthy disk and network manage in a second.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    ValueTask<TResult> IAuditTrail<IRaftLogEntry>.ReadAsync<TResult>(
        ILogEntryConsumer<IRaftLogEntry, TResult> reader, long startIndex, long endIndex, CancellationToken token) =>
        ReadAsync(startIndex < endIndex ? new BoundedRead<TResult>(reader, MaxRequestBytes) : reader, startIndex, endIndex, token);

    /// <summary>The engine calls through the interface, so this takes the place of the base class's method.</summary>
    async ValueTask IAuditTrail<IRaftLogEntry>.AppendAsync<TEntry>(
        ILogEntryProducer<TEntry> entries, long startIndex, bool skipCommitted, CancellationToken token)
    {
        var any = entries.RemainingCount > 0;
        try
        {
            await AppendAsync(entries, startIndex, skipCommitted, token).ConfigureAwait(false);
        }
        catch (InternalException e)
        {
            // Anything else is the leader's connection, from which the entries come.
            failure.Report(e);
            throw;
        }
        if (any)
            await FlushOrFailAsync(token).ConfigureAwait(false);
    }

    private async ValueTask FlushOrFailAsync(CancellationToken token)
    {
        try
        {
            await FlushAsync(token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure.Report(e);
            throw;
        }
    }
}
