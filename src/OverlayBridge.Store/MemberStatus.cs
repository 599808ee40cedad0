using System.Net;

namespace OverlayBridge.Store;

/// <summary>A member as one node sees it.</summary>
/// <param name="Address">Its Raft address.</param>
/// <param name="IsLeader">It leads.</param>
/// <param name="IsReachable">Whether it answered this node's last request; null on a node that sends it none.</param>
public sealed record MemberStatus(EndPoint Address, bool IsLeader, bool? IsReachable);
