namespace OverlayBridge.Store.Replication;

/// <summary>
/// How long one request between nodes may take. The engine sends a whole snapshot, or a part of the log, in one request, and the
/// answer comes after the node has taken it in: too short, and a node that was away never catches up; too long, and a silent leader is
/// noticed late. So it follows the size of the state.
/// </summary>
internal static class TransferBudget
{
    /// <summary>Bytes a second between nodes; measured 70 to 100 on loopback with a shared virtual disk.</summary>
    private const double TransferRate = 70e6;

    /// <summary>Bytes a second of a packed snapshot that a node unpacks and builds its state from.</summary>
    private const double RestoreRate = 40e6;

    /// <summary>Room for a disk or network that is busy.</summary>
    private const double Reserve = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <param name="snapshotBytes">Size of the newest snapshot, 0 without one.</param>
    /// <param name="logBytes">How much log one request carries at most.</param>
    /// <param name="shortest">For a small state.</param>
    public static TimeSpan For(long snapshotBytes, long logBytes, TimeSpan shortest)
    {
        var seconds = Reserve * (snapshotBytes + logBytes) / TransferRate + snapshotBytes / RestoreRate;
        var budget = TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
        return budget > shortest ? budget : shortest;
    }
}
