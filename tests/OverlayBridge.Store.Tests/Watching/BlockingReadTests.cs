using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Replication;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Watching;

/// <summary>Blocking reads on a real store. Waits that must end are given a minute, so that only a lost wake-up fails.</summary>
public sealed class BlockingReadTests : IAsyncLifetime
{
    private readonly TestStore _test = new();
    private ReplicatedStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _test.OpenAsync(Token);
        await _store.ExecuteAsync(Set("d/a", "1"), Token);
        await _store.ExecuteAsync(Set("d/b", "1"), Token);
        await _store.ExecuteAsync(Set("other", "1"), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _test.Dispose();
    }

    public static TheoryData<StoreCommand<WriteResult>, ulong> Wakers => new()
    {
        { Set("d/a", "2"), 5 },
        { Set("d/a", "1", flags: 1), 5 },
        { new DeleteCommand(Key("d/a")), 5 },
        { new DeleteTreeCommand(Key("d/")), 5 },
        { new DeleteTreeCommand(Key("")), 5 },
    };

    [Theory]
    [MemberData(nameof(Wakers))]
    public async Task A_reader_of_a_key_is_answered_by_every_change_of_it(StoreCommand<WriteResult> change, ulong index)
    {
        var waiting = _store.ReadKeyAsync(Key("d/a"), Blocking(2), Token);
        await ChangeAsync(waiting, change);
        Assert.Equal(index, (await waiting).Index);
    }

    [Theory]
    [MemberData(nameof(Wakers))]
    public async Task A_reader_of_a_prefix_is_answered_by_every_change_below_it(StoreCommand<WriteResult> change, ulong index)
    {
        var waiting = _store.ReadPrefixAsync(Key("d/"), Blocking(3), Token);
        await ChangeAsync(waiting, change);
        Assert.Equal(index, (await waiting).Index);
    }

    [Fact]
    public async Task A_reader_of_a_missing_key_is_answered_when_it_is_made()
    {
        var waiting = _store.ReadKeyAsync(Key("new"), Blocking(4), Token);
        await ChangeAsync(waiting, Set("new", "1"));
        Assert.Equal(Key("new"), (await waiting).Value?.Key);
    }

    [Fact]
    public async Task An_import_answers_readers_also_when_it_lowers_the_index()
    {
        await _store.ExecuteAsync(new ImportCommand([new ImportIndex(1000)]), Token);
        await _store.ExecuteAsync(Set("d/a", "2"), Token);
        var key = _store.ReadKeyAsync(Key("d/a"), Blocking(1001), Token);
        var prefix = _store.ReadPrefixAsync(Key("d/"), Blocking(1001), Token);
        var older = new StoreEntry(Key("d/a"), Value("from a source that went back"), 0, 0, null, 7, 9);
        await ChangeAsync(prefix, new ImportCommand([new ImportSet(older)]));
        Assert.Equal(older, (await key).Value);
        Assert.Equal(9UL, (await key).Index);
        Assert.Equal([older, .. (await prefix).Value.Skip(1)], (await prefix).Value);
    }

    [Fact]
    public async Task An_imported_session_answers_readers_of_the_sessions()
    {
        var waiting = _store.ReadSessionsAsync(Blocking(1), Token);
        var session = new StoreSession("s1", "", "n1", 0, "delete", "30s", [], 70, 70);
        await ChangeAsync(waiting, new ImportCommand([new ImportSession(session)]));
        Assert.Equal([session], (await waiting).Value);
    }

    [Fact]
    public async Task Changes_elsewhere_and_writes_that_change_nothing_answer_nobody()
    {
        var key = _store.ReadKeyAsync(Key("d/a"), Blocking(2), Token);
        var prefix = _store.ReadPrefixAsync(Key("d/"), Blocking(3), Token);
        await _store.ExecuteAsync(Set("d", "1"), Token);
        await _store.ExecuteAsync(Set("dd/x", "1"), Token);
        await _store.ExecuteAsync(Set("d/a", "1"), Token);
        await _store.ExecuteAsync(new DeleteCommand(Key("d/none")), Token);
        await _store.ExecuteAsync(Set("d/a", "9", cas: 99), Token);
        // All of that is applied now, and a reader that was to be answered would be gone.
        Assert.False(key.IsCompleted || prefix.IsCompleted);
        await ChangeAsync(key, Set("d/a", "2"));
        Assert.Equal("2", System.Text.Encoding.UTF8.GetString((await key).Value!.Value.AsSpan()));
        await prefix;
    }

    [Fact]
    public async Task When_the_time_is_over_the_reader_is_answered_with_what_there_is()
    {
        var reading = await _store.ReadKeyAsync(
            Key("d/a"), new ReadOptions(ReadConsistency.Default, 2, TimeSpan.FromMilliseconds(30)), Token);
        Assert.Equal(2UL, reading.Index);
    }

    [Fact]
    public async Task An_index_below_the_present_one_is_answered_at_once_and_a_future_one_waits()
    {
        Assert.Equal(2UL, (await _store.ReadKeyAsync(Key("d/a"), Blocking(1), Token)).Index);
        var future = _store.ReadKeyAsync(Key("d/a"), Blocking(6), Token);
        await ChangeAsync(future, Set("d/a", "2"), answers: false);
        await ChangeAsync(future, Set("d/a", "3"), answers: false);
        await ChangeAsync(future, Set("d/a", "4"));
        Assert.Equal(7UL, (await future).Index);
    }

    [Fact]
    public async Task Stopping_answers_all_readers_and_those_to_come()
    {
        var waiting = _store.ReadPrefixAsync(Key("d/"), Blocking(3), Token);
        _store.ReleaseWaiters();
        Assert.Equal(3UL, (await waiting).Index);
        Assert.Equal(3UL, (await _store.ReadPrefixAsync(Key("d/"), Blocking(3), Token)).Index);
    }

    [Fact]
    public async Task Ten_thousand_readers_of_one_prefix_are_all_answered_by_one_write()
    {
        var waiting = Enumerable.Range(0, 10_000).Select(_ => _store.ReadPrefixAsync(Key("d/"), Blocking(3), Token)).ToList();
        await _store.ExecuteAsync(Set("d/c", "1"), Token);
        Assert.All(await Task.WhenAll(waiting), reading => Assert.Equal(5UL, reading.Index));
    }

    private static ReadOptions Blocking(ulong index) => new(ReadConsistency.Default, index, TimeSpan.FromMinutes(1));

    private async Task ChangeAsync<TResult>(Task waiting, StoreCommand<TResult> change, bool answers = true)
        where TResult : CommandResult
    {
        Assert.False(waiting.IsCompleted);
        await _store.ExecuteAsync(change, Token);
        if (!answers)
            Assert.False(waiting.IsCompleted);
    }
}
