using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.State;

public sealed class RestoresTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void A_restore_gives_back_what_was_saved_and_its_index_is_above_all_that_were_given_out()
    {
        var saved = Generators.Run(Set("a", "1", flags: 7), Set("b", "2"));
        var current = Generators.Run(Set("a", "later"), Set("c", "3"), Set("d", "4"), Set("e", "5"));
        var (next, result) = Restore(current, StoreSnapshot.Write(saved).ToArray(), parts: 3);
        Assert.Null(result.Fault);
        Assert.Equal(saved.Entries.All(), next.Entries.All());
        Assert.Equal(current.Index + 1, next.Index);
        Assert.Equal(next.Index, next.IndexOfPrefix(Key("a")));
        Assert.Equal(2UL, next.IndexOfKey(next.Entries.Find(Key("a"))));
        Assert.Null(next.Staged);
    }

    [Fact]
    public void Where_the_nodes_are_reached_stays_as_it_is()
    {
        var saved = Generators.Run(Set("overlaybridge/v1/members/old", "gone"), Set("a", "1"));
        var current = Generators.Run(Set("overlaybridge/v1/members/n1", "here"));
        var (next, _) = Restore(current, StoreSnapshot.Write(saved).ToArray(), parts: 1);
        Assert.Equal([Key("a"), Key("overlaybridge/v1/members/n1")], next.Entries.All().Select(entry => entry.Key));
    }

    [Fact]
    public void Tokens_stay_as_they_are_and_those_of_the_snapshot_come_back_only_where_there_are_none()
    {
        var saved = Generators.Run(Set("overlaybridge/v1/tokens/revoked", "old"), Set("a", "1"));
        var (kept, _) = Restore(Generators.Run(Set("overlaybridge/v1/tokens/t", "now")), StoreSnapshot.Write(saved).ToArray(), parts: 1);
        Assert.Equal([Key("a"), Key("overlaybridge/v1/tokens/t")], kept.Entries.All().Select(entry => entry.Key));
        var (brought, _) = Restore(Generators.Run(Set("b", "2")), StoreSnapshot.Write(saved).ToArray(), parts: 1);
        Assert.Equal([Key("a"), Key("overlaybridge/v1/tokens/revoked")], brought.Entries.All().Select(entry => entry.Key));
        var (none, _) = Restore(Generators.Run(Set("overlaybridge/v1/tokens/t", "now")), StoreSnapshot.Write(Generators.Run(Set("a", "1"))).ToArray(), parts: 1);
        Assert.NotNull(none.Entries.Find(Key("overlaybridge/v1/tokens/t")));
    }

    [Fact]
    public void A_store_that_took_over_stays_so_and_the_sessions_of_an_older_snapshot_become_its_own()
    {
        var session = new StoreSession("s1", "docker", "n1", 0, "delete", "30s", [], 2, 2);
        var saved = Generators.Run(new ImportCommand([new ImportSession(session)])) with { Mode = new StoreMode(StoreRole.Standby, Key("docker/"), "consul://h:1") };
        var tookOver = new StoreMode(StoreRole.TakenOver, Key("docker/"), "consul://h:1");
        var current = Generators.Run(Set("overlaybridge/v1/takeover", "flipped")) with { Mode = tookOver };
        var (next, _) = Restore(current, StoreSnapshot.Write(saved).ToArray(), parts: 1);
        Assert.Equal(tookOver, next.Mode);
        Assert.NotNull(next.Entries.Find(Key("overlaybridge/v1/takeover")));
        Assert.False(next.Sessions["s1"].Imported);
    }

    [Fact]
    public void A_damaged_snapshot_an_incomplete_one_and_one_that_another_came_into_change_nothing()
    {
        var current = Generators.Run(Set("a", "1"));
        var bytes = StoreSnapshot.Write(Generators.Run(Set("b", "2"))).ToArray();
        bytes[^1] ^= 1;
        var (damaged, result) = Restore(current, bytes, parts: 2);
        Assert.Contains("hash differs", result.Fault, StringComparison.Ordinal);
        Assert.Equal(current.Entries.All(), damaged.Entries.All());

        var staged = StateMachine.Apply(current, new StageRestoreCommand(Id, 0, [1])).State;
        Assert.NotNull(((RestoreResult)StateMachine.Apply(staged, new RestoreCommand(Id, 2)).Result).Fault);
        var other = StateMachine.Apply(staged, new StageRestoreCommand(Guid.NewGuid(), 0, [1])).State;
        Assert.False(((WriteResult)StateMachine.Apply(other, new StageRestoreCommand(Id, 1, [1])).Result).Done);
        Assert.NotNull(((RestoreResult)StateMachine.Apply(other, new RestoreCommand(Id, 1)).Result).Fault);
    }

    [Fact]
    public void The_engines_own_snapshot_keeps_the_parts_of_a_restore_under_way()
    {
        var staged = StateMachine.Apply(Generators.Run(Set("a", "1")), new StageRestoreCommand(Id, 0, [1, 2])).State;
        var again = SnapshotFormat.Decode(SnapshotFormat.Encode(staged));
        Assert.Equal(Id, again.Staged?.Id);
        Assert.Equal([1, 2], again.Staged!.Whole());
        Assert.Null(StoreSnapshot.Read(StoreSnapshot.Write(staged)).Staged);
    }

    [Fact]
    public void An_index_from_before_a_restore_is_news_once_and_then_waits()
    {
        var state = StoreState.Empty with { RestoreIndex = 100 };
        Assert.True(state.IsNews(50, afterIndex: 80));
        Assert.False(state.IsNews(50, afterIndex: 50));
        Assert.False(state.IsNews(50, afterIndex: 100));
        Assert.False((state with { RestoreIndex = 0 }).IsNews(50, afterIndex: 80));
    }

    private static (StoreState State, RestoreResult Result) Restore(StoreState state, byte[] snapshot, int parts)
    {
        var length = (snapshot.Length + parts - 1) / parts;
        for (var part = 0; part < parts; part++)
            state = StateMachine.Apply(state, new StageRestoreCommand(Id, part, [.. snapshot.Skip(part * length).Take(length)])).State;
        var transition = StateMachine.Apply(state, new RestoreCommand(Id, parts));
        return (transition.State, (RestoreResult)transition.Result);
    }
}
