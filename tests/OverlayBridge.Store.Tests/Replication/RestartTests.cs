using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class RestartTests : IDisposable
{
    private readonly TestStore _test = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_restart_keeps_keys_flags_indexes_sessions_and_deletions()
    {
        await using (var store = await _test.OpenAsync(Token))
        {
            await store.ExecuteAsync(Set("a/1", "one", flags: ulong.MaxValue), Token);
            await store.ExecuteAsync(Set("a/2", "two"), Token);
            await store.ExecuteAsync(Set("b", ""), Token);
            await store.ExecuteAsync(new DeleteCommand(Key("a/2")), Token);
            await store.ExecuteAsync(new ImportCommand([new ImportSession(Session("s1"))]), Token);
        }

        await using var again = await _test.OpenAsync(Token);
        var one = await again.ReadKeyAsync(Key("a/1"), ReadOptions.Default, Token);
        Assert.Equal(new StoreEntry(Key("a/1"), Value("one"), ulong.MaxValue, 0, null, 2, 2), one.Value);
        Assert.Equal(2u, one.Index);
        Assert.Null((await again.ReadKeyAsync(Key("a/2"), ReadOptions.Default, Token)).Value);
        Assert.Equal(5u, (await again.ReadPrefixAsync(Key("a/"), ReadOptions.Default, Token)).Index);
        Assert.Equal([Session("s1")], (await again.ReadSessionsAsync(ReadOptions.Default, Token)).Value);
        Assert.Equal(78u, (await again.ExecuteAsync(Set("c", "next"), Token)).Index);
    }

    private static StoreSession Session(string id) => new(id, "docker", "n1", 1_000_000, "delete", "30s", ["serfHealth"], 70, 77);
}
