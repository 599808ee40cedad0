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
