using System.Collections.Immutable;

namespace OverlayBridge.Reports.Clusters;

/// <summary>
/// The control nodes and how they are: <c>cluster status</c> and <c>cluster members</c>. Its JSON is a contract:
/// docs/schemas/cluster.schema.json.
/// </summary>
/// <param name="Source">The nodes that were asked first.</param>
/// <param name="State"><c>healthy</c>, <c>degraded</c> (a member does not answer or is not ready) or <c>leaderless</c>; <c>unknown</c> where members were not asked.</param>
/// <param name="Leader">Raft address of the leader, empty when there is none.</param>
/// <param name="Tolerates">How many more nodes may fail before nothing can be written; below 0 when too many have.</param>
public sealed record ClusterDocument(
    int FormatVersion, string Source, string State, string Leader, int Tolerates, ImmutableArray<ClusterNode> Nodes)
{
    public const int CurrentFormatVersion = 1;

    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Leaderless = "leaderless";
    public const string Unknown = "unknown";
}

/// <summary>A member of the cluster.</summary>
/// <param name="Name">Empty while it has not told.</param>
/// <param name="HttpAddress">Empty while it has not told.</param>
/// <param name="Role"><c>leader</c>, <c>follower</c>, or <c>away</c> when it did not answer.</param>
/// <param name="RaftIndex">The last entry of the log that it has applied; null where it was not asked or did not answer.</param>
/// <param name="Keys">Keys it holds; null as above.</param>
/// <param name="BlockingQueries">Readers who wait at it; null as above.</param>
/// <param name="Problem">What is wrong with it, empty when nothing is.</param>
public sealed record ClusterNode(
    string Name, string RaftAddress, string HttpAddress, string Version, string Role, long? RaftIndex, long? Keys, long? BlockingQueries, string Problem);
