using DotNext.Net.Cluster.Consensus.Raft;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// A node that is elected leads once the first entry of its term is committed. The engine's first round only finds out that the others lack it, and its second
/// one comes a heartbeat later, 300 ms in which everybody waits: here it is asked for at once.
/// </summary>
internal sealed class FirstEntry : IAsyncDisposable
{
    /// <summary>Two do it; a follower that lacks more is caught up with by the heartbeats.</summary>
    private const int MaxRounds = 5;

    private readonly RaftCluster _cluster;
    private readonly CancellationTokenSource _closing = new();
    private Task _work = Task.CompletedTask;

    public FirstEntry(RaftCluster cluster)
    {
        _cluster = cluster;
        cluster.LeaderChanged += OnLeaderChanged;
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.LeaderChanged -= OnLeaderChanged;
        await _closing.CancelAsync().ConfigureAwait(false);
        await Volatile.Read(ref _work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    /// <summary>The engine holds its lock meanwhile, and changes of leader come one after the other.</summary>
    private void OnLeaderChanged(RaftCluster<RaftClusterMember> cluster, RaftClusterMember? leader)
    {
        if (leader is { IsRemote: false })
            Volatile.Write(ref _work, CommitAsync());
    }

    private async Task CommitAsync()
    {
        try
        {
            for (var round = 0; round < MaxRounds && _cluster.LeadershipToken.IsCancellationRequested; round++)
                await _cluster.ForceReplicationAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotLeaderException or OperationCanceledException or ObjectDisposedException)
        {
            // Deposed already, or the node is being closed: there is nothing to hasten.
        }
    }
}
