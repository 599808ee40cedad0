namespace OverlayBridge.Store;

/// <summary>How fresh a read must be, and whether it waits for news.</summary>
/// <param name="AfterIndex">
/// 0: answer at once. Else wait until the index of what is read is above this one, at most <paramref name="Wait"/>, and
/// answer with what is then there.
/// </param>
public readonly record struct ReadOptions(ReadConsistency Consistency, ulong AfterIndex = 0, TimeSpan Wait = default)
{
    public static ReadOptions Default => new(ReadConsistency.Default);
}

public enum ReadConsistency
{
    /// <summary>By the leader's lease, measured at each read: linearizable as long as the nodes' clocks run alike within a tenth. Consul's default may be old while the leader changes.</summary>
    Default,

    /// <summary>Linearizable: the leader asks a majority first.</summary>
    Consistent,

    /// <summary>What this node has, leader or not.</summary>
    Stale,
}
