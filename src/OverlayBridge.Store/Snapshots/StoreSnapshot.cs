using OverlayBridge.Store.History;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Snapshots;

/// <summary>
/// A snapshot as it leaves and enters a cluster (<c>/v1/snapshot</c>, <c>cluster snapshot</c>): one file, versioned and with a checksum, see
/// <see cref="Version"/>.
/// </summary>
public static class StoreSnapshot
{
    /// <summary>The format that this program writes; it reads all earlier ones.</summary>
    public static int Version => SnapshotFormat.CurrentVersion;

    /// <remarks>
    /// Without the history: a restore goes on with that of the cluster it is restored into, of which it is the latest change.
    /// </remarks>
    public static ReadOnlyMemory<byte> Write(StoreState state) =>
        SnapshotFormat.Encode(state with { Staged = null, History = StoreHistory.Since(state.Index, state.History.Limits) });

    /// <exception cref="DamagedDataException">It is none, is damaged or cut off, or of a newer version; the message says which.</exception>
    public static StoreState Read(ReadOnlyMemory<byte> snapshot) => SnapshotFormat.Decode(snapshot);
}
