using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The engine's log with four repairs. A follower answers for entries only when they are on its disk: as shipped it answers
/// after the copy into memory, and kill -9 of all nodes lost acknowledged writes. A follower whose log breaks says so. And a node that was
/// away is sent what it lacks in several requests. And a leader that is being deposed puts nothing into the log under the next leader's term.
/// </summary>
internal sealed class FlushingLog(WriteAheadLog.Options options, IStateMachine stateMachine, LogFailure failure)
    : WriteAheadLog(options, stateMachine), IAuditTrail<IRaftLogEntry>
{
    /// <summary>What one request carries at most, if it is more than one entry: a fifth of what a healthy disk and network manage in a second.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    private const long Unknown = -1;

    private long _ownTerm = Unknown;

    /// <summary>
    /// The term of this node's last candidacy or leadership; −1 before the first since its start, as on a node that is alone from the start on.
    /// </summary>
    public long OwnTerm => Volatile.Read(ref _ownTerm);

    /// <summary>
    /// A proposal, or the empty entry with which a node that won an election begins to lead. A proposal carries the term of the moment; a leader that hears
    /// of a higher term first notes that on its disk and only then steps down, and what is proposed between would carry the next leader's term: two
    /// entries of one index and one term, which no comparison tells apart any more, so that the nodes hold different states for good.
    /// </summary>
    /// <exception cref="DeposedException">Nothing was appended: the entry's term is not this node's.</exception>
    ValueTask<long> IAuditTrail<IRaftLogEntry>.AppendAsync<TEntry>(TEntry entry, CancellationToken token)
    {
        if (typeof(TEntry) == typeof(EmptyLogEntry))
            Volatile.Write(ref _ownTerm, entry.Term);
        else if (OwnTerm is var own && own != Unknown && own != entry.Term)
            return ValueTask.FromException<long>(new DeposedException(own, entry.Term));
        return AppendAsync(entry, token);
    }

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
