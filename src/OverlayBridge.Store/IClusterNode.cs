using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.State;

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

    /// <summary>The members as this node knows them, itself included.</summary>
    ImmutableArray<MemberStatus> Members { get; }

    /// <summary>Adds a node that waits to be added; returns when it has caught up and is a member. One that is a member already is a success.</summary>
    /// <exception cref="NoLeaderException">Nothing was done: this node does not lead.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been added.</exception>
    /// <exception cref="StoreRefusedException">Nothing was done; the message says why.</exception>
    Task AddMemberAsync(EndPoint address, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a member, dead or alive; the leader may remove itself. The removed node is not told: it sees no leader from then on.
    /// </summary>
    /// <exception cref="NoLeaderException">Nothing was done: this node does not lead.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been removed.</exception>
    /// <exception cref="StoreRefusedException">Nothing was done; the message says why.</exception>
    Task RemoveMemberAsync(EndPoint address, CancellationToken cancellationToken);

    /// <summary>Gives the leadership up, if this node has it; another node is elected within some election timeouts.</summary>
    /// <param name="beforehand">Done while no write is under way and none is begun: what is committed then is all that there is.</param>
    Task ResignAsync(Func<CancellationToken, Task> beforehand, CancellationToken cancellationToken);

    /// <summary>For so long this node follows and votes, but does not ask for votes itself: so that another one becomes the leader. Zero ends it.</summary>
    Task StandBackAsync(TimeSpan time, CancellationToken cancellationToken);

    /// <summary>The whole state at one moment.</summary>
    /// <exception cref="NoLeaderException">Nobody can answer: no leader within the time limit.</exception>
    Task<Reading<StoreState>> ReadStateAsync(ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Replaces the state by that of a snapshot, at once for all readers.</summary>
    /// <param name="by">Who wants it, for the history.</param>
    /// <exception cref="NoLeaderException">Nothing was restored: this node does not lead.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been restored, or may still be.</exception>
    /// <exception cref="StoreRefusedException">Nothing was restored; the message says why.</exception>
    Task<RestoreResult> RestoreAsync(ReadOnlyMemory<byte> snapshot, Origin by, CancellationToken cancellationToken);
}
