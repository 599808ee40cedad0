using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.State;

public sealed class StateMachineTests
{
    [Fact]
    public void A_plain_write_on_a_held_key_keeps_the_holder_and_sets_the_lock_index_to_zero()
    {
        var held = new StoreEntry(Key("docker/nodes/a"), Value("a"), 0, 1, "s1", 5, 5);
        var state = Generators.Run(new ImportCommand([new ImportSet(held)]));
        state = StateMachine.Apply(state, Set("docker/nodes/a", "a")).State;
        Assert.Equal(held with { LockIndex = 0, ModifyIndex = 6 }, state.Entries.Find(Key("docker/nodes/a")));
        Assert.Equal(new WriteResult(true, 6), StateMachine.Apply(state, Set("docker/nodes/a", "a")).Result);
    }

    [Fact]
    public void A_list_below_a_deleted_tree_does_not_go_back_to_older_neighbours()
    {
        var state = Generators.Run(
            Set("d/a", "1"), Set("d/x/1", "1"), Set("d/x/2", "2"), new DeleteTreeCommand(Key("d/x")));
        Assert.Equal(5UL, state.IndexOfPrefix(Key("d/")));
        Assert.Equal(5UL, state.IndexOfPrefix(Key("d/x/")));
        Assert.Equal(2UL, state.IndexOfKey(state.Entries.Find(Key("d/a"))));
    }

    [Fact]
    public void Deleting_everything_leaves_an_empty_store_that_goes_on_counting()
    {
        var state = Generators.Run(Set("a", "1"), Set("b", "1"), new DeleteTreeCommand(Key("")));
        Assert.Equal(0, state.Entries.Count);
        Assert.Equal(4UL, state.IndexOfPrefix(Key("a")));
        Assert.Equal(5UL, StateMachine.Apply(state, Set("c", "1")).State.Index);
    }

    [Theory]
    [InlineData("")]
    [InlineData("overlaybridge/")]
    [InlineData("overlaybridge/v1/t")]
    public void Deleting_a_tree_leaves_the_tokens_in_it_and_no_index_goes_back(string prefix)
    {
        var before = Generators.Run(
            Set("overlaybridge/v1/tokens/a", "1"), Set("overlaybridge/v1/takeover", "2"), Set("overlaybridge/v1/u", "3"), new DeleteCommand(Key("overlaybridge/v1/u")));
        var after = StateMachine.Apply(before, new DeleteTreeCommand(Key(prefix))).State;
        Assert.Equal([Key("overlaybridge/v1/tokens/a")], after.Entries.All().Select(entry => entry.Key));
        foreach (var part in new[] { "", "overlaybridge/", "overlaybridge/v1/", "overlaybridge/v1/t", "overlaybridge/v1/takeover", "overlaybridge/v1/tokens/" })
            Assert.True(after.IndexOfPrefix(Key(part)) >= before.IndexOfPrefix(Key(part)), part);
        Assert.Equal(after.Index, after.IndexOfPrefix(Key("overlaybridge/v1/")));
    }

    [Fact]
    public void Deleting_everything_does_not_go_back_to_an_older_deletion()
    {
        var state = Generators.Run(Set("a/x", "1"), new DeleteCommand(Key("a/x"), null), Set("a/y", "1"), Set("b", "1"));
        var before = state.IndexOfPrefix(Key("a/"));
        state = StateMachine.Apply(state, new DeleteTreeCommand(Key(""))).State;
        Assert.True(state.IndexOfPrefix(Key("a/")) > before);
    }

    [Fact]
    public void Reaping_drops_old_tombstones_only_and_keeps_what_they_stood_for()
    {
        var state = Generators.Run(
            Set("a/1", "1"), Set("a/2", "2"), Set("b/1", "1"), new DeleteCommand(Key("a/2")), new DeleteCommand(Key("b/1")));
        var reaped = StateMachine.Apply(state, new ReapTombstonesCommand(5));
        Assert.Equal(new ReapResult(1), reaped.Result);
        Assert.Equal([new Tombstone(Key("b/1"), 6)], reaped.State.Tombstones.All());
        Assert.Equal(5UL, reaped.State.IndexOfPrefix(Key("a/")));
        Assert.Equal(state.Index, reaped.State.Index);
    }

    [Fact]
    public void Reaping_in_one_part_of_the_store_leaves_the_indexes_of_other_parts_alone()
    {
        var state = Generators.Run(
            Set("docker/a", "1"), Set("overlaybridge/v1/x", "1"), new DeleteCommand(Key("overlaybridge/v1/x")), new ReapTombstonesCommand(9));
        Assert.Equal(2UL, state.IndexOfPrefix(Key("docker/")));
        Assert.Equal(4UL, state.FloorOf(Key("overlaybridge/v1/")));
        Assert.Equal(4UL, state.FloorOf(Key("over")));
    }

    [Fact]
    public void Floors_of_very_many_parts_become_one_and_still_no_index_goes_back()
    {
        var parts = Enumerable.Range(0, 1001).Select(i => $"p{i}/").ToList();
        var state = Generators.Run(
        [
            .. parts.SelectMany(IEnumerable<StoreCommand> (part) => [Set(part + "kept", "1"), Set(part + "gone", "1"), new DeleteCommand(Key(part + "gone"))]),
            new ReapTombstonesCommand(ulong.MaxValue),
        ]);
        Assert.Equal(new Tombstone(Key(""), state.Index), Assert.Single(state.Floors.All()));
        Assert.All(parts, part => Assert.Equal(state.Index, state.IndexOfPrefix(Key(part))));
    }
}
