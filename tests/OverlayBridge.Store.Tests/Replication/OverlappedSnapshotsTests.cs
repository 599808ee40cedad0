using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using OverlayBridge.Store.Replication;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.Watching;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

/// <summary>A log whose first entry makes a snapshot due, the writing of which stands still until the test lets it go on.</summary>
public sealed class OverlappedSnapshotsTests : IDisposable
{
    private const int SnapshotAfterBytes = 100_000;
    private const int ChunkBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestStore _test = new();
    private readonly LogFailure _failure = new();
    private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _goOn = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Snapshots => Path.Combine(_test.Folder, "snapshots");

    public void Dispose()
    {
        _goOn.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Entries_are_applied_while_a_snapshot_is_being_written_and_it_holds_the_state_of_its_own_index()
    {
        await using var state = await OpenStateAsync();
        await using var log = await OpenLogAsync(state);
        await CommitAsync(log, 1, "a", SnapshotAfterBytes);
        await _writing.Task.WaitAsync(Limit, Token);

        await CommitAsync(log, 2, "b");
        Assert.NotNull(state.Current.Entries.Find(Key("b")));
        Assert.Equal(0, state.SnapshotIndex);

        _goOn.Set();
        var file = Path.Combine(Snapshots, "1-1");
        await UntilAsync(() => File.Exists(file), log);
        var snapshot = SnapshotFormat.Decode(await File.ReadAllBytesAsync(file, Token));
        Assert.Equal([Key("a")], snapshot.Entries.All().Select(entry => entry.Key));
        Assert.False(_failure.First.IsCompleted);
    }

    [Fact]
    public async Task A_disk_that_is_far_behind_with_a_snapshot_holds_up_the_log_until_it_is_done()
    {
        await using var state = await OpenStateAsync();
        await using var log = await OpenLogAsync(state);
        await CommitAsync(log, 1, "a", SnapshotAfterBytes);
        await _writing.Task.WaitAsync(Limit, Token);
        Assert.True(state.MayApplyBeside);

        await CommitAsync(log, 2, "b", 5 * SnapshotAfterBytes);
        Assert.False(state.MayApplyBeside);
        var third = CommitAsync(log, 3, "c");
        _goOn.Set();
        await third;
        Assert.NotNull(state.Current.Entries.Find(Key("c")));
    }

    private async Task<ReplicatedState> OpenStateAsync()
    {
        var state = new ReplicatedState(Directory.CreateDirectory(Snapshots), SnapshotAfterBytes, new WatchHub(), new LockDelays(TimeProvider.System), _failure, _ =>
        {
            _writing.TrySetResult();
            _goOn.Wait(Limit, Token);
        });
        await state.RestoreAsync(Token);
        return state;
    }

    private async Task<FlushingLog> OpenLogAsync(ReplicatedState state)
    {
        var log = new FlushingLog(new WriteAheadLog.Options { Location = Path.Combine(_test.Folder, "log"), ChunkSize = ChunkBytes }, new OverlappedSnapshots(state), _failure);
        await log.InitializeAsync(Token);
        return log;
    }

    private static async Task CommitAsync(FlushingLog log, long index, string key, int valueBytes = 1)
    {
        var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
        batch.Add(Set(key, new string('v', valueBytes)));
        IAuditTrail<IRaftLogEntry> asTheEngineCallsIt = log;
        await asTheEngineCallsIt.AppendAsync(
            new LogEntryProducer<BinaryLogEntry>(new BinaryLogEntry { Term = 1, Content = batch.Payload }), index, skipCommitted: false, Token);
        await log.CommitAsync(index, Token);
        await log.WaitForApplyAsync(index, Token).AsTask().WaitAsync(Limit, Token);
    }

    /// <summary>The engine puts a snapshot in its place with an entry that comes after it was written.</summary>
    private static async Task UntilAsync(Func<bool> done, FlushingLog log)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Limit);
        for (var index = 3L; !done(); index++)
        {
            limit.Token.ThrowIfCancellationRequested();
            await CommitAsync(log, index, $"c/{index}");
        }
    }
}
