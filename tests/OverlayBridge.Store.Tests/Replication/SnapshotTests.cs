using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Replication;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class SnapshotTests : IDisposable
{
    private const int Keys = 200;
    private readonly TestStore _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Snapshots => Path.Combine(_test.Folder, "snapshots");

    /// <summary>Small enough that the log is cut several times in a test.</summary>
    private StoreOptions Options => _test.Options with { SnapshotAfterBytes = 32 * 1024, LogChunkBytes = 16 * 1024 };

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Snapshots_cut_the_log_and_a_restart_from_them_has_everything()
    {
        await FillAsync(rounds: 5);
        Assert.NotEmpty(Directory.GetFiles(Snapshots, "*-*"));
        Assert.False(File.Exists(Path.Combine(_test.Folder, "log", "data", "0")));

        await using var store = await OpenAsync(Options, Token);
        Assert.True(store.Status.SnapshotIndex > 0);
        await AssertFilledAsync(store, rounds: 5);
    }

    /// <summary>By itself the engine makes a file for every 4 KiB of log, opens one for each flush, and deletes them one by one.</summary>
    [Fact]
    public async Task The_log_is_one_large_file_and_not_one_for_every_few_entries()
    {
        await using var store = await OpenAsync(_test.Options, Token);
        await FillAsync(store, rounds: 1);
        Assert.Single(Directory.GetFiles(Path.Combine(_test.Folder, "log", "data")));
    }

    [Fact]
    public async Task A_half_written_snapshot_of_a_crash_is_removed_at_the_start()
    {
        await FillAsync(rounds: 1);
        await File.WriteAllTextAsync(Path.Combine(Snapshots, "abc.tmp"), "half", Token);
        await using var store = await OpenAsync(Options, Token);
        Assert.Empty(Directory.GetFiles(Snapshots, "*.tmp"));
    }

    [Fact]
    public async Task A_damaged_snapshot_without_an_older_one_or_the_log_before_it_is_refused_by_name()
    {
        await FillAsync(rounds: 5);
        var newest = Newest();
        Flip(newest, 100);
        var error = await Assert.ThrowsAsync<StoreStartException>(() => OpenAsync(Options, Token));
        Assert.Equal($"The snapshot {newest} is damaged.", error.What);
        Assert.Contains("the hash differs. The log before it is gone", error.Why, StringComparison.Ordinal);
        Assert.True(File.Exists(newest));
    }

    [Fact]
    public async Task A_torn_snapshot_is_set_aside_when_the_log_still_reaches_the_beginning()
    {
        var options = _test.Options;
        await using (var store = await OpenAsync(options, Token))
            await FillAsync(store, rounds: 1);
        // What an installation that was given up leaves: the name of a snapshot on half of its bytes.
        await File.WriteAllBytesAsync(Path.Combine(Snapshots, "7-1"), new byte[50], Token);

        await using var again = await OpenAsync(options, Token);
        await AssertFilledAsync(again, rounds: 1);
        Assert.True(File.Exists(Path.Combine(_test.Folder, "damaged", "7-1")));
    }

    [Fact]
    public async Task A_flipped_byte_in_the_log_is_found_at_the_start()
    {
        var options = _test.Options;
        await using (var store = await OpenAsync(options, Token))
            await FillAsync(store, rounds: 1);
        Flip(Path.Combine(_test.Folder, "log", "data", "0"), 5000);

        var error = await Assert.ThrowsAsync<StoreStartException>(() => OpenAsync(options, Token));
        Assert.Equal($"The log in {Path.Combine(_test.Folder, "log")} is damaged.", error.What);
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("data/0")]
    [InlineData("metadata/0")]
    public async Task A_file_of_the_log_that_has_vanished_is_an_error_and_not_an_empty_store(string file)
    {
        var options = _test.Options;
        await using (var store = await OpenAsync(options, Token))
            await FillAsync(store, rounds: 1);
        File.Delete(Path.Combine(_test.Folder, "log", file));
        await Assert.ThrowsAsync<StoreStartException>(() => OpenAsync(options, Token));
    }

    [Fact]
    public async Task A_deletion_that_was_reaped_still_holds_up_the_index_of_its_prefix_after_a_restart_from_a_snapshot()
    {
        await using (var store = await OpenAsync(Options, Token))
        {
            await store.ExecuteAsync(Set("t/a", "1"), Token);
            await store.ExecuteAsync(Set("t/b", "1"), Token);
            await store.ExecuteAsync(new DeleteCommand(Key("t/b")), Token);
            await store.ExecuteAsync(new ReapTombstonesCommand(4), Token);
            await FillAsync(store, rounds: 2);
            Assert.True(store.Status.SnapshotIndex > 0);
        }

        await using var again = await OpenAsync(Options, Token);
        Assert.Equal(4UL, (await again.ReadPrefixAsync(Key("t/"), ReadOptions.Default, Token)).Index);
    }

    private async Task FillAsync(int rounds)
    {
        await using var store = await OpenAsync(Options, Token);
        await FillAsync(store, rounds);
    }

    private static async Task FillAsync(ReplicatedStore store, int rounds)
    {
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < Keys; i++)
                await store.ExecuteAsync(Set($"k/{i}", ValueOf(round, i)), Token);
    }

    private static async Task AssertFilledAsync(ReplicatedStore store, int rounds)
    {
        var entries = (await store.ReadPrefixAsync(Key("k/"), ReadOptions.Default, Token)).Value.ToDictionary(entry => entry.Key);
        Assert.Equal(Keys, entries.Count);
        for (var i = 0; i < Keys; i++)
            Assert.Equal(Value(ValueOf(rounds - 1, i)), entries[Key($"k/{i}")].Value);
    }

    private static string ValueOf(int round, int i) => $"{round}-{i}-{new string('x', 100)}";

    private string Newest() => Directory.GetFiles(Snapshots, "*-*").MaxBy(file => long.Parse(Path.GetFileName(file).Split('-')[0], null))!;

    private static void Flip(string file, int at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
    }
}
