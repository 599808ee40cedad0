using System.Buffers.Binary;
using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using OverlayBridge.Store.Replication;
using OverlayBridge.Store.Watching;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class FlushingLogTests : IDisposable
{
    /// <summary>Version, index of the last committed entry, index of the last entry.</summary>
    private const int CheckpointLastIndex = 12;

    private readonly TestStore _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_follower_has_entries_on_its_disk_before_it_answers_for_them()
    {
        var snapshots = Directory.CreateDirectory(Path.Combine(_test.Folder, "snapshots"));
        await using var state = new ReplicatedState(snapshots, long.MaxValue, new WatchHub(), new LockDelays(TimeProvider.System), static _ => { });
        await state.RestoreAsync(Token);
        var location = Path.Combine(_test.Folder, "log");
        await using var log = new FlushingLog(new WriteAheadLog.Options { Location = location }, state);
        await log.InitializeAsync(Token);
        IAuditTrail<IRaftLogEntry> asTheEngineCallsIt = log;

        for (var index = 1L; index <= 20; index++)
        {
            await asTheEngineCallsIt.AppendAsync(new LogEntryProducer<EmptyLogEntry>(new EmptyLogEntry { Term = 1 }), index, skipCommitted: false, Token);
            // What the disk says at this very moment is what a kill -9 would leave.
            Assert.Equal(index, LastIndex(await ReadAsync(Path.Combine(location, "checkpoint"))));
        }
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, Token);
        return bytes;
    }

    private static long LastIndex(byte[] checkpoint) => BinaryPrimitives.ReadInt64LittleEndian(checkpoint.AsSpan(CheckpointLastIndex));
}
