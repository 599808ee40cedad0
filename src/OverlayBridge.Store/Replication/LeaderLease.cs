namespace OverlayBridge.Store.Replication;

/// <summary>
/// For how long a leader may answer without asking: no node votes for another before it has heard nothing of the leader for an election's time limit.
/// Measured when it is used, from the beginning of the last round that a majority answered. A timer, as the engine has one, runs late where the thread
/// pool is starved, and a deposed leader would go on answering.
/// </summary>
/// <param name="length">Shorter than an election's time limit: clocks do not run alike.</param>
internal sealed class LeaderLease(TimeSpan length, TimeProvider time)
{
    private volatile Round _last = new(0, new CancellationToken(canceled: true));

    /// <summary>To be taken before a round begins.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>A round of this leadership that began at <paramref name="begun"/> was answered by a majority.</summary>
    public void Confirm(long begun, CancellationToken leadership)
    {
        // Rounds may end in another order than they began. Who loses a race here gives away some time of the lease, no more.
        if (_last is var last && (last.Leadership != leadership || last.Begun < begun))
            _last = new Round(begun, leadership);
    }

    /// <summary>Whether no other node can have led before now.</summary>
    public bool Covers(CancellationToken leadership) => Age(leadership) < length;

    /// <summary>Whether it is time for the next round, so that nobody need wait for one.</summary>
    public bool IsAgeing(CancellationToken leadership) => Age(leadership) > length / 2;

    private TimeSpan Age(CancellationToken leadership) =>
        _last is var last && last.Leadership == leadership && !leadership.IsCancellationRequested
            ? time.GetElapsedTime(last.Begun)
            : TimeSpan.MaxValue;

    private sealed record Round(long Begun, CancellationToken Leadership);
}
