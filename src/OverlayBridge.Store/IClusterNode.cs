using System.Net;

namespace OverlayBridge.Store;

/// <summary>A node of the replicated store and its part in the cluster: what the nodes' HTTP does for each other, and what operators do.</summary>
public interface IClusterNode : IKeyValueStore
{
    /// <summary>Raft address of this node.</summary>
    EndPoint Address { get; }

    /// <summary>Whether this node leads at this moment.</summary>
    bool IsLeader { get; }

    /// <summary>Raft address of the leader, this node's own or another's; waits while one is being elected.</summary>
    /// <exception cref="NoLeaderException">None within the time limit.</exception>
    Task<EndPoint> LeaderAsync(CancellationToken cancellationToken);

    /// <summary>From now on this node answers fresh reads also while it follows.</summary>
    void AskLeaderThrough(ILeaderBarrier barrier);

    /// <summary>The leader's part of a follower's read.</summary>
    /// <returns>Index of the log up to which a node must have applied to be as fresh as asked.</returns>
    /// <exception cref="NoLeaderException">This node does not lead, or cannot know.</exception>
    Task<long> LeaderBarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken);
}
