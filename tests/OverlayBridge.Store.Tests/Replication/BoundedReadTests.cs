using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class BoundedReadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new[] { 10, 10, 10 }, 3)]
    [InlineData(new[] { 40, 60, 1 }, 2)]
    [InlineData(new[] { 40, 61, 1 }, 1)]
    [InlineData(new[] { 500, 1 }, 1)]
    [InlineData(new[] { 500 }, 1)]
    [InlineData(new int[0], 0)]
    public async Task As_many_entries_are_shown_as_fit_and_one_at_least(int[] sizes, int shown)
    {
        var entries = sizes.Select(size => new BinaryLogEntry { Term = 1, Content = new byte[size] }).ToList();
        Assert.Equal([.. sizes.Take(shown)], await ReadAsync(entries, snapshotIndex: null));
    }

    [Fact]
    public async Task A_snapshot_is_shown_whole() =>
        Assert.Equal([500], await ReadAsync([new BinaryLogEntry { Term = 1, Content = new byte[500] }], snapshotIndex: 7));

    private static async Task<List<long>> ReadAsync(List<BinaryLogEntry> entries, long? snapshotIndex) =>
        await new BoundedRead<List<long>>(new Sizes(), maxBytes: 100).ReadAsync<BinaryLogEntry, List<BinaryLogEntry>>(entries, snapshotIndex, Token);

    private sealed class Sizes : ILogEntryConsumer<IRaftLogEntry, List<long>>
    {
        public ValueTask<List<long>> ReadAsync<TEntry, TList>(TList entries, long? snapshotIndex, CancellationToken token)
            where TEntry : IRaftLogEntry
            where TList : IReadOnlyList<TEntry>
        {
            // By index and in order, both of which the engine does.
            Assert.Equal(entries.Select(entry => entry.Length), Enumerable.Range(0, entries.Count).Select(at => entries[at].Length));
            return ValueTask.FromResult(entries.Select(entry => entry.Length.GetValueOrDefault()).ToList());
        }
    }
}
