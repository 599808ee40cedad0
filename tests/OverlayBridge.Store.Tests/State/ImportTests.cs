using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.State;

public sealed class ImportTests
{
    [Fact]
    public void An_imported_entry_is_exactly_that_of_the_source_and_lifts_the_store_to_its_index()
    {
        var entry = new StoreEntry(Key("docker/nodes/10.0.0.1:2376"), Value("x"), 3304740253564472344, 1, "s1", 24, 77);
        var state = Import(StoreState.Empty, new ImportSet(entry)).State;
        Assert.Equal(entry, Assert.Single(state.Entries.All()));
        Assert.Equal((77UL, 77UL), (state.Index, state.KeyIndex));
    }

    [Fact]
    public void The_next_write_after_an_import_takes_the_index_behind_the_source()
    {
        var state = Import(StoreState.Empty, new ImportIndex(4000)).State;
        Assert.Equal(new WriteResult(true, 4001), StateMachine.Apply(state, Set("a", "1")).Result);
    }

    [Fact]
    public void An_import_repeated_changes_nothing() =>
        Gen.Select(Generators.State, Generators.Entry.Array[0, 20], Generators.Session.Array[0, 3]).Sample((state, entries, sessions) =>
        {
            var import = new ImportCommand(
            [
                .. entries.DistinctBy(entry => entry.Key).Select(ImportOperation (entry) => new ImportSet(entry)),
                .. sessions.DistinctBy(session => session.Id).Select(ImportOperation (session) => new ImportSession(session)),
                new ImportDelete(Key("never there"), 50),
                new ImportIndex(60),
            ]);
            var once = StateMachine.Apply(state, import).State;
            var twice = StateMachine.Apply(once, import);
            Assert.Equal(new ImportResult(0, once.Index), twice.Result);
            Assert.Empty(twice.Changes);
            StateAssert.Equal(once, twice.State);
        });

    [Fact]
    public void A_source_without_indexes_gets_the_stores_own_and_keeps_them_while_nothing_changes()
    {
        var entry = new StoreEntry(Key("a"), Value("1"), 0, 0, null, 0, 0);
        var first = Import(Generators.Run(Set("z", "9")), new ImportSet(entry)).State;
        Assert.Equal(entry with { CreateIndex = 3, ModifyIndex = 3 }, first.Entries.Find(Key("a")));
        var same = Import(first, new ImportSet(entry));
        Assert.Equal(new ImportResult(0, 3), same.Result);
        var changed = Import(first, new ImportSet(entry with { Value = Value("2") })).State;
        Assert.Equal(entry with { Value = Value("2"), CreateIndex = 3, ModifyIndex = 4 }, changed.Entries.Find(Key("a")));
    }

    [Fact]
    public void A_deletion_leaves_a_tombstone_at_its_index()
    {
        var state = Import(Generators.Run(Set("d/a", "1"), Set("d/b", "2")), new ImportDelete(Key("d/b"), 40)).State;
        Assert.Equal(40UL, state.IndexOfPrefix(Key("d/")));
        Assert.Null(state.Entries.Find(Key("d/b")));
    }

    [Theory]
    [InlineData(100, 90, true)]
    [InlineData(100, 100, true)]
    [InlineData(100, 101, false)]
    public void A_change_that_is_not_above_all_earlier_indexes_is_marked_so_that_waiters_are_answered(
        ulong present, ulong imported, bool outOfOrder)
    {
        var state = Import(StoreState.Empty, new ImportIndex(present)).State;
        var change = Import(state, new ImportSet(new StoreEntry(Key("a"), Value("1"), 0, 0, null, imported, imported))).Changes;
        Assert.Equal([new KeyChange(Key("a"), outOfOrder)], change);
    }

    [Fact]
    public void Deleting_a_session_leaves_the_keys_it_held_to_the_source()
    {
        var session = new StoreSession("s1", "", "n1", 0, "delete", "30s", [], 5, 5);
        var held = new StoreEntry(Key("k"), Value("1"), 0, 1, "s1", 6, 6);
        var state = Import(StoreState.Empty, new ImportSession(session), new ImportSet(held)).State;
        var after = Import(state, new ImportSessionDelete("s1", 9));
        Assert.Empty(after.State.Sessions);
        Assert.Equal(held, after.State.Entries.Find(Key("k")));
        Assert.Equal((9UL, 6UL), (after.State.SessionIndex, after.State.KeyIndex));
    }

    private static Transition Import(StoreState state, params ImportOperation[] operations) =>
        StateMachine.Apply(state, new ImportCommand([.. operations]));
}
