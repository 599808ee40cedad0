using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Store.Certificates;
using OverlayBridge.Store.History;

namespace OverlayBridge.Store.Replication;

/// <summary>Where a node keeps its data, how others reach it, and when it does what.</summary>
public sealed record StoreOptions
{
    /// <summary>The data folder; made when it is missing, locked while the store is open.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The address that this node listens on for the other members and is known by.</summary>
    public required IPEndPoint RaftAddress { get; init; }

    /// <summary>What the nodes prove themselves with to each other; null: whoever reaches the Raft address is taken for a node.</summary>
    public NodeCertificates? Certificates { get; init; }

    /// <summary>All first members, this one included; used at the first start only. Empty: this node alone.</summary>
    public ImmutableArray<IPEndPoint> FirstMembers { get; init; } = [];

    /// <summary>
    /// A node with an empty folder does not begin a cluster of its own: it has no members, sees no leader, and waits to be added to one.
    /// </summary>
    public bool WaitsToBeAdded { get; init; }

    /// <summary>A snapshot is written after this many bytes of log, which is what a restart has to replay.</summary>
    public long SnapshotAfterBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Size of a log file. Fixed for the life of a data folder.</summary>
    public int LogChunkBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Below this much free disk space writes are refused, so that the log never meets a full disk.</summary>
    public long MinimumFreeBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// So long, up to half as long again, a follower hears nothing of a leader before it asks for votes; the leader's lease lasts nine tenths of it. Shorter: a
    /// busy machine loses its leader. Longer: writes wait longer for the next one.
    /// </summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromSeconds(0.7);

    /// <summary>For one request between nodes, whatever the size of the state: a disk may be busy for longer than a follower waits for its leader.</summary>
    public TimeSpan LeastRequestTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longest time for one request between nodes, which may carry the whole state; null: by the size of the newest snapshot at the start
    /// (<see cref="TransferBudget"/>), not less than <see cref="LeastRequestTimeout"/>. A leader that is silent but not dead is noticed after one to two of these.
    /// </summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>How long a request waits for a leader, as long as Consul does.</summary>
    public TimeSpan LeaderWait { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How long a deletion is remembered one by one, as in Consul.</summary>
    public TimeSpan TombstoneLife { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How much history is kept. To be the same on all nodes: what the leader has counts for all.</summary>
    public HistoryLimits History { get; init; } = HistoryLimits.Default;
}
