using System.Net;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Makes a follower's state as fresh as asked: the leader says how far the log is, and the node waits until it has applied that (Raft's
/// ReadIndex). The engine's own barrier on followers asks a leader that asks nobody, and is not safe.
/// </summary>
internal sealed class FollowerBarrier
{
    private readonly SharedRequest<long> _default;
    private readonly SharedRequest<long> _consistent;
    private readonly WriteAheadLog _log;

    /// <param name="leader">Who is believed to lead, null when nobody is.</param>
    public FollowerBarrier(ILeaderBarrier barrier, WriteAheadLog log, Func<EndPoint?> leader, TimeProvider time)
    {
        _log = log;
        _default = new SharedRequest<long>(() => AskAsync(ReadConsistency.Default), time);
        _consistent = new SharedRequest<long>(() => AskAsync(ReadConsistency.Consistent), time);

        // Bounded by the barrier itself: who waits may leave, the request serves the others.
        Task<long> AskAsync(ReadConsistency consistency) => leader() is { } address
            ? barrier.AskAsync(address, consistency, CancellationToken.None)
            : throw new NoLeaderException("No cluster leader");
    }

    /// <summary>Up to where this node must have applied the log.</summary>
    /// <exception cref="NoLeaderException">The leader did not say; another may lead by now.</exception>
    public Task<long> AskAsync(ReadConsistency consistency, CancellationToken cancellationToken) =>
        (consistency == ReadConsistency.Consistent ? _consistent : _default).SendAsync(cancellationToken);

    public bool IsApplied(long index) => _log.LastAppliedIndex >= index;

    public async Task WaitForAsync(long index, CancellationToken cancellationToken) =>
        await _log.WaitForApplyAsync(index, cancellationToken).ConfigureAwait(false);
}
