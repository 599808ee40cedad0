using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.History;

public sealed class RecordingTests
{
    private static readonly Origin Alice = new(OriginKind.Operator, "alice", "3f9c", "10.0.0.9");

    [Fact]
    public void Taking_all_later_changes_back_gives_the_entries_and_sessions_of_any_index_within_reach() =>
        Gen.Select(Generators.Command.Array[1, 80], Gen.Int[0, 60]).Sample((commands, kept) =>
        {
            var state = StoreState.Empty with { History = StoreHistory.Since(1, new HistoryLimits(kept, long.MaxValue, TimeSpan.Zero)) };
            var seen = new Dictionary<ulong, StoreState> { [state.Index] = state };
            foreach (var command in commands)
                seen[(state = Run(state, command)).Index] = state;
            foreach (var (index, then) in seen)
            {
                var past = PastState.At(state, index);
                Assert.Equal(index >= state.History.Floor, past is not null);
                if (past is null)
                    continue;
                Assert.Equal(then.Entries.All(), past.Entries.All());
                // Whether a session was imported is the mode's affair, which a flip changes for all at once.
                Assert.Equal(then.Sessions.Values.Select(Plain), past.Sessions.Select(Plain));
            }
            Assert.Null(PastState.At(state, state.Index + 1));
        });

    [Fact]
    public void The_same_commands_give_the_same_history_and_a_snapshot_brings_it_back() =>
        Gen.Select(Generators.Command, Generators.Origin).Array[1, 60].Sample(commands =>
        {
            var (one, other) = (StoreState.Empty, StoreState.Empty);
            foreach (var (command, by) in commands)
                (one, other) = (Run(one, command with { By = by }), Run(other, command with { By = by }));
            AssertSame(one.History, other.History);
            var read = SnapshotFormat.Decode(SnapshotFormat.Encode(one));
            StateAssert.Equal(one, read);
            AssertSame(one.History, read.History);
        });

    [Fact]
    public void A_change_says_who_when_and_what_was_before_and_after()
    {
        var state = Run(StoreState.Empty, Set("a", "1"));
        var next = Run(state, Set("a", "2", flags: 7) with { By = Alice }, at: 5000);
        var change = Assert.IsType<RecordedKeyChange>(next.History.Backward().First().Change);
        Assert.Equal((3UL, 5000L, Alice), (change.Index, change.At, change.By));
        Assert.Same(state.Entries.Find(Key("a")), change.Before);
        Assert.Same(next.Entries.Find(Key("a")), change.After);
    }

    [Fact]
    public void What_changes_nothing_is_no_change()
    {
        var state = Run(StoreState.Empty, Set("a", "1"));
        foreach (var command in new StoreCommand[] { Set("a", "1"), Set("a", "2", cas: 99), new DeleteCommand(Key("b")), new DestroySessionCommand("s1") })
            Assert.Same(state, Run(state, command));
    }

    [Fact]
    public void What_one_command_does_to_a_key_is_one_change()
    {
        var state = Run(StoreState.Empty, Set("a", "1"));
        var transaction = new TransactionCommand(
        [
            new(TransactionVerb.Set, Key("a"), Value("2")), new(TransactionVerb.Set, Key("a"), Value("3")),
            new(TransactionVerb.Set, Key("b"), Value("x")), new(TransactionVerb.Delete, Key("b"), []),
        ]);
        var next = Run(state, transaction);
        Assert.Equal(state.History.Count + 1, next.History.Count);
        Assert.Equal(Value("3"), ((RecordedKeyChange)next.History.Backward().First().Change).After!.Value);
    }

    [Fact]
    public void Signs_of_life_are_left_out_and_push_nothing_out()
    {
        var state = StoreState.Empty with { History = StoreHistory.Since(1, new HistoryLimits(3, long.MaxValue, TimeSpan.Zero)) };
        state = Run(state, Set("docker/a", "1"));
        for (var beat = 0; beat < 100; beat++)
            state = Run(state, Set("overlaybridge/v1/hosts/h1/heartbeat", $"{beat}"));
        Assert.Equal(Key("docker/a"), Assert.IsType<RecordedKeyChange>(Assert.Single(state.History.All())).Key);
        Assert.Equal(1UL, state.History.Floor);
        var past = PastState.At(state, 2)!;
        Assert.Equal(Value("99"), past.Entries.Find(Key("overlaybridge/v1/hosts/h1/heartbeat"))!.Value);
    }

    [Theory]
    [InlineData("overlaybridge/v1/hosts/h1/heartbeat", true)]
    [InlineData("overlaybridge/v1/heartbeats/h1", true)]
    [InlineData("overlaybridge/v1/relays/n1", true)]
    [InlineData("overlaybridge/v1/takeover/progress", true)]
    [InlineData("overlaybridge/v1/sources/consul", true)]
    [InlineData("overlaybridge/v1/hosts/h1", false)]
    [InlineData("overlaybridge/v1/hosts/heartbeat", false)]
    [InlineData("overlaybridge/v1/hosts/h1/containers/heartbeat", false)]
    [InlineData("overlaybridge/v1/relays/n1/takeover", false)]
    [InlineData("overlaybridge/v1/takeover", false)]
    [InlineData("overlaybridge/v1/takeover/alarms", false)]
    [InlineData("docker/nodes/10.0.0.7:2376", false)]
    public void Only_what_is_written_every_few_seconds_is_a_sign_of_life(string key, bool isOne) => Assert.Equal(isOne, LifeSigns.Contain(Key(key)));

    [Fact]
    public void Tokens_are_not_remembered()
    {
        var state = Run(StoreState.Empty, Set("overlaybridge/v1/tokens/t1", "hash"));
        state = Run(state, new DeleteCommand(Key("overlaybridge/v1/tokens/t1")));
        Assert.Equal(0, state.History.Count);
    }

    [Fact]
    public void A_restore_is_remembered_key_by_key_and_can_be_looked_behind()
    {
        var saved = StoreSnapshot.Write(Run(Run(StoreState.Empty, Set("a", "old")), Set("b", "2")));
        var before = Run(Run(StoreState.Empty, Set("a", "new")), Set("c", "3"));
        var after = Restore(before, saved, Alice);
        var changes = after.History.All().Skip(before.History.Count).Cast<RecordedKeyChange>().ToList();
        Assert.Equal([Key("a"), Key("b"), Key("c")], changes.Select(static change => change.Key));
        Assert.All(changes, static change => Assert.Equal(Alice with { Kind = OriginKind.Restore }, change.By));
        Assert.Equal(before.Entries.All(), PastState.At(after, before.Index)!.Entries.All());
    }

    [Fact]
    public void A_backup_is_without_history_and_a_restore_keeps_that_of_the_store()
    {
        var state = Run(StoreState.Empty, Set("a", "1"));
        var backup = StoreSnapshot.Read(StoreSnapshot.Write(state));
        Assert.Equal((0, state.Index), (backup.History.Count, backup.History.Floor));
    }

    private static StoreState Run(StoreState state, StoreCommand command, long at = 1000) =>
        Recording.Note(state, StateMachine.Apply(state, command), command.By, at);

    private static StoreState Restore(StoreState state, ReadOnlyMemory<byte> snapshot, Origin by)
    {
        var id = Guid.NewGuid();
        state = Run(state, new StageRestoreCommand(id, 0, [.. snapshot.Span]));
        return Run(state, new RestoreCommand(id, 1) { By = by });
    }

    private static StoreSession Plain(StoreSession session) => session with { Imported = false };

    private static void AssertSame(StoreHistory expected, StoreHistory actual)
    {
        Assert.Equal(expected.All().Select(Plain), actual.All().Select(Plain));
        Assert.Equal((expected.Limits, expected.Floor, expected.Dropped, expected.Bytes), (actual.Limits, actual.Floor, actual.Dropped, actual.Bytes));
    }

    private static RecordedChange Plain(RecordedChange change) => change is RecordedSessionChange session
        ? session with { Before = session.Before is { } before ? Plain(before) : null, After = session.After is { } after ? Plain(after) : null }
        : change;
}
