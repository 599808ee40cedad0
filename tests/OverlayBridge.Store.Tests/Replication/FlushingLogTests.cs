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
        var failure = new LogFailure();
        await using var state = await OpenStateAsync(failure);
        await using var log = await OpenLogAsync(state, failure);
        IAuditTrail<IRaftLogEntry> asTheEngineCallsIt = log;

        for (var index = 1L; index <= 20; index++)
        {
            await asTheEngineCallsIt.AppendAsync(new LogEntryProducer<EmptyLogEntry>(new EmptyLogEntry { Term = 1 }), index, skipCommitted: false, Token);
            // What the disk says at this very moment is what a kill -9 would leave.
            Assert.Equal(index, LastIndex(await ReadAsync(Path.Combine(Location, "checkpoint"))));
        }
    }

    [Fact]
    public async Task An_entry_of_another_leader_that_cannot_be_applied_is_reported_as_the_end_of_this_node()
    {
        var failure = new LogFailure();
        await using var state = await OpenStateAsync(failure);
        await using var log = await OpenLogAsync(state, failure);
        IAuditTrail<IRaftLogEntry> asTheEngineCallsIt = log;

        var damaged = new BinaryLogEntry { Term = 1, Content = new byte[] { 99 } };
        await asTheEngineCallsIt.AppendAsync(new LogEntryProducer<BinaryLogEntry>(damaged), 1, skipCommitted: false, Token);
        Assert.False(failure.First.IsCompleted);
        await log.CommitAsync(1, Token);

        Assert.Contains("format version 99", (await failure.First.WaitAsync(Token)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A leader that hears of a higher term takes that for its own before it steps down. An entry of that moment, with the next leader's term, would
    /// be another than the next leader's of the same index and term, and nobody could tell.
    /// </summary>
    [Fact]
    public async Task Nothing_is_appended_in_a_term_that_another_node_leads()
    {
        var failure = new LogFailure();
        await using var state = await OpenStateAsync(failure);
        await using var log = await OpenLogAsync(state, failure);
        IPersistentState asTheEngineCallsIt = log;
        Assert.Equal(-1, log.OwnTerm);
        await asTheEngineCallsIt.AppendAsync(new BinaryLogEntry { Term = 0, Content = new byte[1] }, Token);

        await asTheEngineCallsIt.UpdateTermAsync(3, resetLastVote: true, Token);
        await asTheEngineCallsIt.AppendAsync(new EmptyLogEntry { Term = 3 }, Token);
        Assert.Equal(3, log.OwnTerm);
        await asTheEngineCallsIt.AppendAsync(new BinaryLogEntry { Term = 3, Content = new byte[1] }, Token);

        await asTheEngineCallsIt.UpdateTermAsync(4, resetLastVote: true, Token);
        await Assert.ThrowsAsync<DeposedException>(
            async () => await asTheEngineCallsIt.AppendAsync(new BinaryLogEntry { Term = asTheEngineCallsIt.Term, Content = new byte[1] }, Token));
        Assert.Equal(3, log.LastEntryIndex);
        Assert.False(failure.First.IsCompleted);
    }

    private string Location => Path.Combine(_test.Folder, "log");

    private async Task<ReplicatedState> OpenStateAsync(LogFailure failure)
    {
        var snapshots = Directory.CreateDirectory(Path.Combine(_test.Folder, "snapshots"));
        var state = new ReplicatedState(snapshots, long.MaxValue, new WatchHub(), new LockDelays(TimeProvider.System), failure, static _ => { });
        await state.RestoreAsync(Token);
        return state;
    }

    private async Task<FlushingLog> OpenLogAsync(ReplicatedState state, LogFailure failure)
    {
        var log = new FlushingLog(new WriteAheadLog.Options { Location = Location }, state, failure);
        await log.InitializeAsync(Token);
        return log;
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
