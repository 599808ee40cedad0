using System.Net;
using DotNext.Net.Cluster;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace OverlayBridge.Store.Replication;

/// <summary>Waits for the leadership of this node or of another, and makes reads as fresh as asked.</summary>
internal sealed class Leadership(RaftCluster cluster, WriteAheadLog log, LeaderLease lease, TimeSpan patience, TimeProvider time)
{
    /// <summary>Between two questions for a leader while one is being elected.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly OwnBarrier _own = new(cluster, lease, patience, time);
    private volatile FollowerBarrier? _followers;

    public bool IsHeld => !cluster.LeadershipToken.IsCancellationRequested;

    public EndPoint? Leader => ((ICluster)cluster).Leader?.EndPoint;

    /// <summary>Lets this node answer fresh reads while another leads.</summary>
    public void AskLeaderThrough(ILeaderBarrier barrier) => _followers = new FollowerBarrier(barrier, log, () => Leader, time);

    /// <summary>Who leads, this node or another; waits while one is being elected.</summary>
    /// <exception cref="NoLeaderException">Nobody within the time limit.</exception>
    public async Task<EndPoint> LeaderAsync(CancellationToken cancellationToken) =>
        Leader ?? await WithPatienceAsync(
            async limit =>
            {
                var leader = await ((ICluster)cluster).WaitForLeaderAsync(patience, limit).ConfigureAwait(false);
                if (!leader.IsRemote)
                    await cluster.WaitForLeadershipAsync(limit).ConfigureAwait(false);
                return leader.EndPoint;
            },
            isFinal: false,
            cancellationToken).ConfigureAwait(false);

    /// <summary>The token of this node's leadership; waits while one is being elected.</summary>
    /// <exception cref="NoLeaderException">None within the time limit, or another node leads.</exception>
    public async ValueTask<CancellationToken> AcquireAsync(CancellationToken cancellationToken)
    {
        var leadership = cluster.LeadershipToken;
        if (!leadership.IsCancellationRequested)
            return leadership;
        return await WithPatienceAsync(
            async limit =>
            {
                var leader = await ((ICluster)cluster).WaitForLeaderAsync(patience, limit).ConfigureAwait(false);
                return leader.IsRemote
                    ? throw new NoLeaderException($"This node does not lead, {leader.EndPoint} does")
                    : await cluster.WaitForLeadershipAsync(limit).ConfigureAwait(false);
            },
            isFinal: true,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns when what this node has is as fresh as asked; waits while a leader is being elected.</summary>
    /// <returns>
    /// For <see cref="ReadConsistency.Default"/> by lease the leadership, of which <see cref="StillHolds"/> must be asked after the read; else none.
    /// </returns>
    /// <exception cref="NoLeaderException">None within the time limit.</exception>
    public async ValueTask<CancellationToken> BarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (consistency == ReadConsistency.Stale)
            return CancellationToken.None;
        if (IsHeld && await TryOwnBarrierAsync(consistency, cancellationToken).ConfigureAwait(false) is { } token)
            return token;
        if (_followers is { } followers && ((ICluster)cluster).Leader is { IsRemote: true } &&
            await TryFollowAsync(followers, consistency, cancellationToken).ConfigureAwait(false))
            return CancellationToken.None;
        return await FromAnyAsync(consistency, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="OwnBarrier.StillHolds"/>
    public bool StillHolds(CancellationToken leadership) => _own.StillHolds(leadership);

    /// <summary>The barrier of a leader, for others to wait for.</summary>
    /// <returns>The log index that a node must have applied to be as fresh as asked.</returns>
    /// <exception cref="NoLeaderException">This node does not lead.</exception>
    public async Task<long> IndexAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (!IsHeld)
            throw NotLeading();
        var leadership = await _own.PassAsync(consistency, cancellationToken).ConfigureAwait(false);
        var index = log.LastAppliedIndex;
        if (StillHolds(leadership))
            return index;
        // The lease ran out meanwhile: ask a majority instead.
        await _own.PassAsync(ReadConsistency.Consistent, cancellationToken).ConfigureAwait(false);
        return log.LastAppliedIndex;
    }

    private Task<CancellationToken> FromAnyAsync(ReadConsistency consistency, CancellationToken cancellationToken) =>
        WithPatienceAsync(limit => AnyBarrierAsync(consistency, limit), isFinal: _followers is null, cancellationToken);

    private async Task<CancellationToken> AnyBarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var leader = await ((ICluster)cluster).WaitForLeaderAsync(patience, cancellationToken).ConfigureAwait(false);
        if (leader.IsRemote)
        {
            var followers = _followers ?? throw NotLeading();
            await followers.WaitForAsync(await followers.AskAsync(consistency, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return CancellationToken.None;
        }
        await cluster.WaitForLeadershipAsync(cancellationToken).ConfigureAwait(false);
        return await _own.PassAsync(consistency, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Without the clocks of those who wait for a leader: nearly always there is one, and it is applied here what it names.</summary>
    /// <returns>False when the leader did not say.</returns>
    private async ValueTask<bool> TryFollowAsync(FollowerBarrier followers, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        try
        {
            var index = await followers.AskAsync(consistency, cancellationToken).ConfigureAwait(false);
            if (!followers.IsApplied(index))
                await WithPatienceAsync(limit => ReachAsync(followers, index, limit), isFinal: false, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NoLeaderException)
        {
            // Another may lead by now.
            return false;
        }
    }

    private static async Task<long> ReachAsync(FollowerBarrier followers, long index, CancellationToken cancellationToken)
    {
        await followers.WaitForAsync(index, cancellationToken).ConfigureAwait(false);
        return index;
    }

    private async ValueTask<CancellationToken?> TryOwnBarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        try
        {
            return await _own.PassAsync(consistency, cancellationToken).ConfigureAwait(false);
        }
        catch (NoLeaderException)
        {
            // Deposed a moment ago: the next leader answers.
            return null;
        }
    }

    /// <summary>Tries again while there is no leader, at most so long as requests are held for one.</summary>
    /// <param name="isFinal">That another node leads is an end; else it may be a matter of moments, too.</param>
    private async Task<T> WithPatienceAsync<T>(Func<CancellationToken, Task<T>> attempt, bool isFinal, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (true)
        {
            Exception? reason;
            try
            {
                return await attempt(limit.Token).ConfigureAwait(false);
            }
            catch (NoLeaderException) when (isFinal)
            {
                throw;
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException or QuorumUnreachableException or NoLeaderException)
            {
                reason = e;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                throw new NoLeaderException("No cluster leader", reason);
            await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private NoLeaderException NotLeading() => new(Leader is { } leader ? $"This node does not lead, {leader} does" : "No cluster leader");
}
