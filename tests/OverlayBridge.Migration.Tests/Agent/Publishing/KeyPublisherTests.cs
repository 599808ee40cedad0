using System.Collections.Immutable;
using System.Text;
using CsCheck;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Publishing;

public sealed class KeyPublisherTests : IAsyncDisposable
{
    private const string Prefix = "overlaybridge/v1/hosts/h1";

    private readonly KeyStore store = new();
    private readonly Background background = new();
    private readonly KeyPublisher publisher;

    public KeyPublisherTests() => publisher = new KeyPublisher(
        store, background.Absence, Prefix, key => HostKeys.Owns(key, "h1"), TimeSpan.FromMinutes(1), background.Time);

    public ValueTask DisposeAsync() => background.DisposeAsync();

    private static string Key(string id) => BridgeKeys.Container("h1", id);

    private static DesiredKeys Wish(bool complete, params (string Id, string Value)[] values) => new(
        values.ToImmutableSortedDictionary(v => Key(v.Id), v => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(v.Value), StringComparer.Ordinal), complete);

    [Fact]
    public async Task Only_differences_are_written()
    {
        store.Set(Key("same"), "1"u8.ToArray());
        store.Set(Key("other"), "1"u8.ToArray());
        store.Set(Key("gone"), "1"u8.ToArray());
        publisher.Want(Wish(complete: true, ("same", "1"), ("other", "2"), ("new", "3")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store.Keys.Length == 3 && store[Key("new")] == "3");
        Assert.Equal(
            [$"delete {Key("gone")}", $"put {Key("new")}", $"put {Key("other")}"],
            store.Writes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_wish_that_is_not_complete_deletes_nothing()
    {
        store.Set(Key("old"), "1"u8.ToArray());
        publisher.Want(Wish(complete: false, ("new", "2")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store[Key("new")] == "2");
        Assert.Equal("1", store[Key("old")]);
    }

    [Fact]
    public async Task Keys_that_others_write_are_never_touched()
    {
        string[] others =
        [
            BridgeKeys.Heartbeat("h1"), BridgeKeys.FormerHeartbeat("h1"), BridgeKeys.Stitch("h1", "n1"), BridgeKeys.Host("h10"), BridgeKeys.Container("h10", "c1"), "overlaybridge/v1/hosts/h1/future/x",
        ];
        foreach (var key in others)
            store.Set(key, "theirs"u8.ToArray());
        publisher.Want(Wish(complete: true, ("c1", "1")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store[Key("c1")] == "1");
        Assert.All(others, key => Assert.Equal("theirs", store[key]));
    }

    [Fact]
    public async Task After_a_time_without_the_store_the_latest_wish_alone_is_carried_out()
    {
        publisher.Want(Wish(complete: true, ("c1", "0")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store[Key("c1")] == "0");
        store.IsAway = true;
        for (var i = 1; i <= 1000; i++)
            publisher.Want(Wish(complete: true, ("c2", $"{i}")));
        await background.UntilAsync(() => store.Refused > 3);
        store.IsAway = false;
        await background.UntilAsync(() => store[Key("c2")] == "1000" && store[Key("c1")] is null);
        Assert.Equal([Key("c2")], store.Keys);
        Assert.InRange(store.WriteCount, 3, 20);
    }

    [Fact]
    public async Task What_somebody_else_changed_is_put_right_by_the_next_recheck()
    {
        publisher.Want(Wish(complete: true, ("c1", "1")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store[Key("c1")] == "1");
        store.Set(Key("c1"), "wrong"u8.ToArray());
        store.Set(Key("stray"), "x"u8.ToArray());
        await background.UntilAsync(() => store[Key("c1")] == "1" && store[Key("stray")] is null);
    }

    [Fact]
    public async Task A_recheck_that_is_asked_for_is_made_at_once()
    {
        publisher.Want(Wish(complete: true, ("c1", "1")));
        background.Run(publisher.RunAsync);
        await background.AtOnceAsync(() => store[Key("c1")] == "1");
        store.Reset();
        publisher.Recheck();
        await background.AtOnceAsync(() => store[Key("c1")] == "1");
    }

    [Fact]
    public void The_differences_carried_out_give_the_wish_and_then_there_are_none() =>
        Gen.Select(
            Gen.Dictionary(Gen.Int[0, 8].Select(i => Key($"c{i}")), Gen.Byte)[0, 5],
            Gen.Dictionary(Gen.Int[0, 8].Select(i => Key($"c{i}")), Gen.Byte)[0, 5]).Sample((wanted, there) =>
        {
            var wish = new DesiredKeys(
                wanted.ToImmutableSortedDictionary(w => w.Key, w => (ReadOnlyMemory<byte>)new[] { w.Value }, StringComparer.Ordinal), IsComplete: true);
            var stored = there.ToDictionary(t => t.Key, t => (ReadOnlyMemory<byte>)new[] { t.Value });
            var (put, delete) = wish.Against(stored);
            foreach (var key in put)
                stored[key] = wish.Values[key];
            foreach (var key in delete)
                stored.Remove(key);
            Assert.Equal(wanted.OrderBy(w => w.Key, StringComparer.Ordinal), stored.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, s.Value.Span[0])));
            var (putAgain, deleteAgain) = wish.Against(stored);
            Assert.Empty(putAgain);
            Assert.Empty(deleteAgain);
        });
}
