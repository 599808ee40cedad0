using System.Net;

namespace OverlayBridge.Store;

/// <summary>
/// A follower's way to the leader's read barrier. The store speaks Raft to the other nodes and nothing else; whoever serves the nodes'
/// HTTP gives it this.
/// </summary>
public interface ILeaderBarrier
{
    /// <summary>
    /// Asks the leader up to which log index this node must have applied, so that its state is as fresh as asked. The leader answers only
    /// after its own barrier.
    /// </summary>
    /// <param name="leader">Raft address of the node that is believed to lead.</param>
    /// <exception cref="NoLeaderException">It cannot be asked, does not answer in time, or does not lead.</exception>
    Task<long> AskAsync(EndPoint leader, ReadConsistency consistency, CancellationToken cancellationToken);
}
