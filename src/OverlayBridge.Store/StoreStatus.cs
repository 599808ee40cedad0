using System.Collections.Immutable;
using System.Net;

using OverlayBridge.Store.State;

namespace OverlayBridge.Store;

/// <summary>How this node and its store are, at this moment.</summary>
/// <param name="IsLeader">This node leads.</param>
/// <param name="Leader">Raft address of the leader, null when none is known.</param>
/// <param name="Address">Raft address of this node, one of the members.</param>
/// <param name="Members">Raft addresses of all members.</param>
/// <param name="IsReady">A leader is known and everything that was committed at its start is applied here.</param>
/// <param name="NotReadyReason">For people; null when ready.</param>
/// <param name="Index">The store's index.</param>
/// <param name="Keys">How many keys there are.</param>
/// <param name="BlockingQueries">How many readers wait here for news.</param>
/// <param name="RaftIndex">Index of the last log entry applied here.</param>
/// <param name="SnapshotIndex">Log index of the newest snapshot, 0 without one.</param>
/// <param name="Mode">Whether clients or another store have the say, as far as it is known here.</param>
public sealed record StoreStatus(
    bool IsLeader,
    EndPoint? Leader,
    EndPoint Address,
    ImmutableArray<EndPoint> Members,
    bool IsReady,
    string? NotReadyReason,
    ulong Index,
    int Keys,
    int BlockingQueries,
    long RaftIndex,
    long SnapshotIndex,
    StoreMode Mode);
