using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using DotNext.IO;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.State;
using OverlayBridge.Store.Watching;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// What the engine applies the log to. One thread at a time applies; readers take <see cref="Current"/>, an immutable
/// value that is replaced once an entry, so a batch is seen whole or not at all.
/// </summary>
/// <param name="persisted">Told the size of each snapshot that was written.</param>
internal sealed class ReplicatedState(
    DirectoryInfo snapshots, long snapshotAfterBytes, WatchHub watchers, LockDelays delays, LogFailure failure, Action<long> persisted)
    : SimpleStateMachine(snapshots)
{
    /// <summary>So many times the log between two snapshots may come while one is being written.</summary>
    private const long MostBeside = 4;

    private readonly OriginPool _origins = new();
    private volatile StoreState _current = StoreState.Empty;
    private volatile StoreState? _persisting;
    private long _bytesSinceSnapshot;

    public StoreState Current => _current;

    /// <summary>Log index of the newest snapshot, 0 without one.</summary>
    public long SnapshotIndex => ((ISnapshotManager)this).Snapshot?.Index ?? 0;

    /// <summary>Whether a snapshot is being written that the next entry need not wait for: a disk that falls far behind holds up the log, which would grow without limit.</summary>
    public bool MayApplyBeside => _persisting is not null && _bytesSinceSnapshot < MostBeside * snapshotAfterBytes;

    /// <summary>Applies an entry while a snapshot is being written; a further one is not due before that is done.</summary>
    /// <returns>The entry's index.</returns>
    public long ApplyBeside(LogEntry entry)
    {
        ApplyOrReport(entry);
        return entry.Index;
    }

    /// <summary>Applies an entry; true asks the engine for a snapshot. After an exception here the engine applies nothing any more.</summary>
    protected override ValueTask<bool> ApplyAsync(LogEntry entry, CancellationToken token)
    {
        ApplyOrReport(entry);
        if (_bytesSinceSnapshot < snapshotAfterBytes)
            return ValueTask.FromResult(false);
        _bytesSinceSnapshot = 0;
        _persisting = _current;
        return ValueTask.FromResult(true);
    }

    private void ApplyOrReport(LogEntry entry)
    {
        try
        {
            Apply(entry);
        }
        catch (Exception e)
        {
            failure.Report(e);
            throw;
        }
    }

    private void Apply(LogEntry entry)
    {
        // A leader's first entry and changes of membership pass through here too, and are not ours.
        if (entry.IsConfiguration || !entry.TryGetPayload(out var payload) || payload.IsEmpty)
            return;

        var batch = entry.Context as CommandBatch;
        var (id, at, commands) = CommandBatch.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), batch);
        var results = ImmutableArray.CreateBuilder<CommandResult>(commands.Count);
        var changes = new List<Change>(commands.Count);
        var state = _current;
        foreach (var command in commands)
        {
            var transition = StateMachine.Apply(state, command);
            state = Recording.Note(state, transition, _origins.Of(command.By), at);
            results.Add(transition.Result);
            changes.AddRange(transition.Changes);
        }
        _current = state;
        var changed = CollectionsMarshal.AsSpan(changes);
        delays.Note(changed);
        batch?.Complete(id, results.MoveToImmutable());
        watchers.Notify(changed);
        _bytesSinceSnapshot += payload.Length;
    }

    protected override async ValueTask PersistAsync(IAsyncBinaryWriter writer, CancellationToken token)
    {
        try
        {
            var snapshot = SnapshotFormat.Encode(_persisting!);
            await writer.WriteAsync(snapshot, token: token).ConfigureAwait(false);
            persisted(snapshot.Length);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure.Report(e);
            throw;
        }
        finally
        {
            _persisting = null;
        }
    }

    /// <summary>Reads aside, verifies, and only then replaces the live state.</summary>
    protected override async ValueTask RestoreAsync(FileInfo snapshotFile, CancellationToken token)
    {
        var bytes = await File.ReadAllBytesAsync(snapshotFile.FullName, token).ConfigureAwait(false);
        _current = SnapshotFormat.Decode(bytes);
        _bytesSinceSnapshot = 0;
        watchers.NotifyAll();
    }
}
