using DotNext.Net.Cluster.Consensus.Raft;

namespace OverlayBridge.Store.Replication;

/// <summary>A leader's read barrier: by its lease, or by a round of the majority, one for all who ask at the same time.</summary>
internal sealed class OwnBarrier
{
    private readonly RaftCluster _cluster;
    private readonly LeaderLease _lease;
    private readonly SharedRequest<bool> _round;
    private int _renewing;

    /// <param name="patience">Whoever waits may leave, a round serves the others; one that never ended would be waited for by all who come later.</param>
    public OwnBarrier(RaftCluster cluster, LeaderLease lease, TimeSpan patience, TimeProvider time)
    {
        (_cluster, _lease) = (cluster, lease);
        _round = new SharedRequest<bool>(
            async () =>
            {
                var (leadership, begun) = (cluster.LeadershipToken, lease.Now);
                using var limit = new CancellationTokenSource(patience, time);
                await cluster.ApplyReadBarrierAsync(ReadBarrierType.Strong, limit.Token).ConfigureAwait(false);
                // A node that was deposed meanwhile has asked a leader that asks nobody.
                if (leadership.IsCancellationRequested)
                    return false;
                lease.Confirm(begun, leadership);
                return true;
            },
            time);
    }

    /// <summary>Returns when this leader's state is as fresh as asked.</summary>
    /// <returns>By lease the leadership, of which <see cref="StillHolds"/> must be asked after the read; else none.</returns>
    /// <exception cref="NoLeaderException">This node does not lead, or not any more.</exception>
    public async ValueTask<CancellationToken> PassAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var leadership = _cluster.LeadershipToken;
        if (consistency == ReadConsistency.Default && _lease.Covers(leadership))
        {
            if (_lease.IsAgeing(leadership) && Interlocked.Exchange(ref _renewing, 1) == 0)
                _ = RenewAsync();
            return leadership;
        }
        try
        {
            if (!await _round.SendAsync(cancellationToken).ConfigureAwait(false) || leadership.IsCancellationRequested)
                throw new NoLeaderException("No cluster leader");
            return CancellationToken.None;
        }
        catch (Exception e) when (IsLoss(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new NoLeaderException("No cluster leader", e);
        }
    }

    /// <summary>Whether what was read under the lease was the newest then.</summary>
    /// <param name="leadership">What <see cref="PassAsync"/> has returned.</param>
    public bool StillHolds(CancellationToken leadership) => leadership == CancellationToken.None || _lease.Covers(leadership);

    /// <summary>Before the lease runs out, beside the reads that it still covers.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await _round.SendAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLoss(e))
        {
            // The lease runs out: whoever reads next makes a round, and is told why there is none.
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private static bool IsLoss(Exception e) => e is LeaderOperationException or OperationCanceledException;
}
