using System.Net;
using DotNext.Net.Cluster;
using DotNext.Net.Cluster.Consensus.Raft;

namespace OverlayBridge.Store.Replication;

/// <summary>Waits for the leadership of this node, and makes reads as fresh as asked.</summary>
internal sealed class Leadership(RaftCluster cluster, TimeSpan patience, TimeProvider time)
{
    public bool IsHeld => !cluster.LeadershipToken.IsCancellationRequested;

    public EndPoint? Leader => ((ICluster)cluster).Leader?.EndPoint;

    /// <summary>The token of this node's leadership; waits while one is being elected.</summary>
    /// <exception cref="NoLeaderException">None within the time limit, or another node leads.</exception>
    public async Task<CancellationToken> AcquireAsync(CancellationToken cancellationToken)
    {
        var leadership = cluster.LeadershipToken;
        if (!leadership.IsCancellationRequested)
            return leadership;

        using var timer = new CancellationTokenSource(patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (true)
        {
            try
            {
                var leader = await ((ICluster)cluster).WaitForLeaderAsync(patience, limit.Token).ConfigureAwait(false);
                if (leader.IsRemote)
                    throw new NoLeaderException($"This node does not lead, {leader.EndPoint} does");
                return await cluster.WaitForLeadershipAsync(limit.Token).ConfigureAwait(false);
            }
            catch (QuorumUnreachableException) when (!limit.IsCancellationRequested)
            {
                // Told while the leader steps down; the next wait sees the election.
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException or QuorumUnreachableException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new NoLeaderException("No cluster leader", e);
            }
        }
    }

    /// <summary>Returns when what this node has is as fresh as asked.</summary>
    /// <returns>
    /// For <see cref="ReadConsistency.Default"/> by lease the token that must still be live after the read; else none.
    /// </returns>
    /// <exception cref="NoLeaderException">This node cannot know.</exception>
    public async Task<CancellationToken> BarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (consistency == ReadConsistency.Stale)
            return CancellationToken.None;
        // A follower's barrier asks a leader that asks nobody: not safe, so only a leader answers.
        await AcquireAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (consistency == ReadConsistency.Default && cluster.TryGetLeaseToken(out var lease) && !lease.IsCancellationRequested)
            {
                await cluster.ApplyReadBarrierAsync(ReadBarrierType.Weak, cancellationToken).ConfigureAwait(false);
                return lease;
            }
            await cluster.ApplyReadBarrierAsync(ReadBarrierType.Strong, cancellationToken).ConfigureAwait(false);
            return CancellationToken.None;
        }
        catch (LeaderOperationException e)
        {
            throw new NoLeaderException("No cluster leader", e);
        }
    }
}
