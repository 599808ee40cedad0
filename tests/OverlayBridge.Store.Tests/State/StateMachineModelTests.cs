using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Tests.State;

public sealed class StateMachineModelTests
{
    [Fact]
    public void Random_writes_give_the_answers_entries_and_indexes_of_a_naive_model() =>
        Generators.Write.Array[1, 80].Sample(commands =>
        {
            var state = StoreState.Empty;
            var model = new NaiveStore();
            foreach (var command in commands)
            {
                var transition = StateMachine.Apply(state, command);
                state = transition.State;
                Assert.Equal(new WriteResult(model.Apply(command), model.Index), transition.Result);
            }
            Assert.Equal(model.Entries, state.Entries.All());
            Assert.Equal(model.Index, state.Index);
            Assert.Equal(model.Index, state.KeyIndex);
        });

    [Fact]
    public void Random_writes_locks_and_sessions_give_the_answers_entries_and_indexes_of_a_naive_model() =>
        Gen.Frequency((2, Generators.Write), (3, Generators.LockOrSession)).Array[1, 80].Sample(commands =>
        {
            var state = StoreState.Empty;
            var model = new NaiveStore();
            foreach (var command in commands)
            {
                var transition = StateMachine.Apply(state, command);
                state = transition.State;
                var result = (WriteResult)transition.Result;
                Assert.Equal((model.Apply(command), model.Index), (result.Done, result.Index));
            }
            Assert.Equal(model.Entries, state.Entries.All());
            Assert.Equal(model.Index, state.Index);
        });

    [Fact]
    public void A_transaction_of_one_write_does_what_the_write_does() =>
        Gen.Select(Gen.Frequency((2, Generators.Write), (3, Generators.LockOrSession)).Array[0, 40], Generators.Operation).Sample((commands, operation) =>
        {
            if (Single(operation) is not { } single)
                return;
            var before = Generators.Run(commands);
            var (alone, within) = (StateMachine.Apply(before, single), StateMachine.Apply(before, new TransactionCommand([operation])));
            Assert.Equal(((WriteResult)alone.Result).Done, ((TransactionResult)within.Result).Errors.IsEmpty);
            StateAssert.Equal(alone.State, within.State);
        });

    [Fact]
    public void A_failed_transaction_changes_nothing_and_a_done_one_takes_one_index_at_most() =>
        Gen.Select(Generators.Command.Array[0, 40], Generators.Operation.Array[1, 6]).Sample((commands, operations) =>
        {
            var before = Generators.Run(commands) with { Mode = StoreMode.Own };
            var after = StateMachine.Apply(before, new TransactionCommand([.. operations]));
            var result = (TransactionResult)after.Result;
            if (!result.Errors.IsEmpty)
                Assert.Same(before, after.State);
            Assert.True(result.Errors.IsEmpty || result.Results.IsEmpty);
            Assert.InRange(after.State.Index, before.Index, before.Index + 1);
            Assert.Equal(after.State.Index > before.Index, !after.Changes.IsEmpty);
        });

    private static StoreCommand? Single(TransactionOperation operation) => operation.Verb switch
    {
        TransactionVerb.Set => new SetCommand(operation.Key, operation.Value, operation.Flags),
        TransactionVerb.Cas => new SetCommand(operation.Key, operation.Value, operation.Flags, operation.Index),
        TransactionVerb.Lock => new LockCommand(operation.Key, operation.Value, operation.Flags, operation.Session),
        TransactionVerb.Unlock => new UnlockCommand(operation.Key, operation.Value, operation.Flags, operation.Session),
        TransactionVerb.Delete => new DeleteCommand(operation.Key),
        TransactionVerb.DeleteCas => new DeleteCommand(operation.Key, operation.Index),
        TransactionVerb.DeleteTree => new DeleteTreeCommand(operation.Key),
        _ => null,
    };

    [Fact]
    public void The_index_of_a_prefix_never_goes_back_whatever_is_written_deleted_and_reaped() =>
        Gen.Select(
            Gen.Frequency((6, Generators.Write), (1, Gen.ULong[0, 60].Select(StoreCommand (index) => new ReapTombstonesCommand(index)))).Array[1, 80],
            Generators.Prefix).Sample((commands, prefix) =>
        {
            var state = StoreState.Empty;
            var shown = 0UL;
            foreach (var command in commands)
            {
                state = StateMachine.Apply(state, command).State;
                Assert.True(state.IndexOfPrefix(prefix) >= shown);
                shown = state.IndexOfPrefix(prefix);
            }
        });

    [Fact]
    public void A_change_below_a_prefix_raises_the_index_of_the_prefix() =>
        Gen.Select(Generators.Write.Array[0, 40], Generators.Write, Generators.Prefix).Sample((commands, last, prefix) =>
        {
            var before = Generators.Run(commands);
            var transition = StateMachine.Apply(before, last);
            var below = transition.Changes.OfType<KeyChange>().Any(change => change.Key.StartsWith(prefix));
            if (below)
                Assert.True(transition.State.IndexOfPrefix(prefix) > before.IndexOfPrefix(prefix));
        });

    [Fact]
    public void A_list_shows_at_least_the_index_of_everything_written_or_deleted_in_it() =>
        Gen.Select(Generators.Write.Array[1, 60], Generators.Prefix).Sample((commands, prefix) =>
        {
            var model = new NaiveStore();
            foreach (var command in commands)
                model.Apply(command);
            var state = Generators.Run(commands);
            Assert.InRange(state.IndexOfPrefix(prefix), model.LeastIndexOf(prefix), model.Index);
        });

    [Fact]
    public void The_same_commands_give_the_same_state_results_and_changes() =>
        Generators.Command.Array[1, 60].Sample(commands =>
        {
            var first = StoreState.Empty;
            var second = StoreState.Empty;
            foreach (var command in commands)
            {
                var (one, other) = (StateMachine.Apply(first, command), StateMachine.Apply(second, command));
                Assert.Equal(one.Result, other.Result);
                Assert.Equal(one.Changes, other.Changes);
                (first, second) = (one.State, other.State);
            }
            StateAssert.Equal(first, second);
        });

    [Fact]
    public void Indexes_only_grow_whatever_is_imported() =>
        Generators.Command.Array[1, 60].Sample(commands =>
        {
            var state = StoreState.Empty;
            foreach (var command in commands)
            {
                var next = StateMachine.Apply(state, command).State;
                Assert.True(next.Index >= state.Index && next.KeyIndex >= state.KeyIndex && next.SessionIndex >= state.SessionIndex);
                Assert.True(next.Index >= next.KeyIndex && next.Index >= next.SessionIndex);
                Assert.True(next.KeyIndex >= next.Entries.MaxIndex && next.KeyIndex >= next.Tombstones.MaxIndex);
                state = next;
            }
        });
}
