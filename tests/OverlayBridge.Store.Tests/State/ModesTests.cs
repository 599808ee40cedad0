using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.State;

public sealed class ModesTests
{
    private const string Source = "consul://10.0.0.5:8500";
    private static readonly StoreKey Prefix = Key("docker/");
    private static readonly StoreKey Record = Key("overlaybridge/v1/takeover");
    private static readonly StoreSession Engine = new("s1", "", "old-node", 1_000_000, "delete", "30s", ["serfHealth"], 7, 7);
    private static readonly StoreEntry Node = new(Key("docker/nodes/10.0.0.7:2376"), Value("10.0.0.7:2376"), 9, 1, "s1", 8, 9);

    private static readonly StoreState Standby = Generators.Run(
        new SetStandbyCommand(Prefix, Source),
        new ImportCommand([new ImportSession(Engine), new ImportSet(Node)]),
        Set("overlaybridge/v1/takeover", "holding"),
        Set("other", "1"));

    public static TheoryData<StoreCommand> WritesUnderThePrefix() =>
    [
        Set("docker/x", "1"),
        Set("docker/nodes/10.0.0.7:2376", "1", cas: 9),
        new DeleteCommand(Node.Key),
        new DeleteTreeCommand(Key("docker/network/")),
        new DeleteTreeCommand(Key("doc")),
        new DeleteTreeCommand(StoreKey.Empty),
        new LockCommand(Key("docker/x"), Value("1"), 0, "s1"),
        new UnlockCommand(Node.Key, Value("1"), 0, "s1"),
        new DestroySessionCommand("s1"),
        new TransactionCommand([Operation(TransactionVerb.Get, "docker/x"), Operation(TransactionVerb.Set, "docker/x")]),
        new TransactionCommand([Operation(TransactionVerb.DeleteTree, "d")]),
    ];

    [Theory]
    [MemberData(nameof(WritesUnderThePrefix))]
    public void A_standby_refuses_clients_writes_under_the_prefix_and_says_where_to_write(StoreCommand command)
    {
        var (state, result, changes) = StateMachine.Apply(Standby, command);
        Assert.Same(Standby, state);
        Assert.Empty(changes);
        Assert.Contains($"write to {Source}", Assert.IsType<ModeRefusal>(result).Reason, StringComparison.Ordinal);
    }

    public static TheoryData<StoreCommand> WritesElsewhere() =>
    [
        Set("dockerx", "1"),
        Set("overlaybridge/v1/x", "1"),
        new DeleteTreeCommand(Key("other")),
        new CreateSessionCommand(Engine with { Id = "mine", Imported = false }),
        new DestroySessionCommand("unknown"),
        new TransactionCommand([Operation(TransactionVerb.Get, "docker/x"), Operation(TransactionVerb.Set, "other")]),
        new ImportCommand([new ImportSet(Node with { ModifyIndex = 20 })]),
    ];

    [Theory]
    [MemberData(nameof(WritesElsewhere))]
    public void A_standby_takes_imports_and_all_that_is_not_under_the_prefix(StoreCommand command) =>
        Assert.IsNotType<ModeRefusal>(StateMachine.Apply(Standby, command).Result);

    [Fact]
    public void A_fresh_store_takes_every_write() => Generators.Write.Sample(command =>
        Assert.IsNotType<ModeRefusal>(StateMachine.Apply(StoreState.Empty, command).Result));

    [Fact]
    public void A_standby_for_all_keys_still_takes_the_bridges_own()
    {
        var state = Generators.Run(new SetStandbyCommand(StoreKey.Empty, Source));
        Assert.IsType<WriteResult>(StateMachine.Apply(state, Set("overlaybridge/v1/takeover", "x")).Result);
        Assert.IsType<ModeRefusal>(StateMachine.Apply(state, Set("a", "x")).Result);
    }

    [Fact]
    public void A_standby_is_set_again_without_a_change_and_not_for_another_prefix()
    {
        Assert.Same(Standby, StateMachine.Apply(Standby, new SetStandbyCommand(Prefix, Source)).State);
        Assert.IsType<ModeRefusal>(StateMachine.Apply(Standby, new SetStandbyCommand(Key("prod/"), Source)).Result);
    }

    [Fact]
    public void A_flip_takes_clients_writes_refuses_imports_and_writes_the_record_at_one_index()
    {
        var flipped = Flip(Standby).State;
        Assert.Equal(new StoreMode(StoreRole.TakenOver, Prefix, Source), flipped.Mode);
        var record = flipped.Entries.Find(Record)!;
        Assert.Equal((Standby.Index + 1, "flipped"), (record.ModifyIndex, System.Text.Encoding.UTF8.GetString(record.Value.AsSpan())));
        Assert.IsType<WriteResult>(StateMachine.Apply(flipped, Set("docker/x", "1")).Result);
        Assert.IsType<ModeRefusal>(StateMachine.Apply(flipped, new ImportCommand([new ImportDelete(Node.Key, 99)])).Result);
        Assert.IsType<ModeRefusal>(StateMachine.Apply(flipped, new ImportCommand([new ImportSessionDelete("s1", 99)])).Result);
        Assert.IsType<ModeRefusal>(StateMachine.Apply(flipped, new SetStandbyCommand(Prefix, Source)).Result);
        Assert.IsType<ImportResult>(StateMachine.Apply(flipped, new ImportCommand([new ImportSet(Node with { Key = Key("other/x") })])).Result);
    }

    [Fact]
    public void A_flip_adopts_sessions_with_id_node_name_indexes_and_the_keys_they_hold()
    {
        var flipped = Flip(Standby).State;
        Assert.Equal(Engine with { Imported = false }, flipped.Sessions["s1"]);
        Assert.Equal(Node, flipped.Entries.Find(Node.Key));
        // From here on its end is this store's affair, and takes the key along.
        Assert.Null(StateMachine.Apply(flipped, new DestroySessionCommand("s1")).State.Entries.Find(Node.Key));
    }

    [Fact]
    public void A_flip_is_refused_when_the_record_was_changed() =>
        Refused(Standby, FlipOf(Standby) with { RecordIndex = 1 }, FlipOutcome.RecordChanged);

    [Fact]
    public void A_flip_is_refused_without_a_record() =>
        Refused(Standby, FlipOf(Standby) with { Record = Key("overlaybridge/v1/none") }, FlipOutcome.RecordChanged);

    [Fact]
    public void A_flip_is_refused_when_the_store_is_not_on_standby_for_the_prefix()
    {
        Refused(Standby, FlipOf(Standby) with { Prefix = Key("other/") }, FlipOutcome.NotStandby);
        Refused(Standby with { Mode = StoreMode.Own }, FlipOf(Standby), FlipOutcome.NotStandby);
        Refused(Flip(Standby).State, FlipOf(Standby), FlipOutcome.NotStandby);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("index")]
    [InlineData("holder")]
    [InlineData("session")]
    [InlineData("more")]
    [InlineData("less")]
    public void A_flip_is_refused_when_anything_differs_from_what_was_compared(string what)
    {
        ImportOperation slipped = what switch
        {
            "value" => new ImportSet(Node with { Value = Value("10.0.0.8:2376") }),
            "index" => new ImportSet(Node with { ModifyIndex = 10 }),
            "holder" => new ImportSet(Node with { Session = null }),
            "session" => new ImportSession(Engine with { Node = "new-node" }),
            "more" => new ImportSet(Node with { Key = Key("docker/x") }),
            _ => new ImportDelete(Node.Key, 10),
        };
        Refused(StateMachine.Apply(Standby, new ImportCommand([slipped])).State, FlipOf(Standby), FlipOutcome.ContentDiffers);
    }

    [Fact]
    public void Writes_beside_the_prefix_do_not_hinder_a_flip() =>
        Assert.Equal(
            FlipOutcome.Flipped,
            Assert.IsType<FlipResult>(StateMachine.Apply(StateMachine.Apply(Standby, Set("other", "2")).State, FlipOf(Standby)).Result).Outcome);

    [Fact]
    public void At_no_time_are_imports_and_clients_writes_both_taken_under_the_prefix() =>
        Gen.Select(Generators.State, Generators.Prefix, Gen.OneOf(StoreRole.Standby, StoreRole.TakenOver), Generators.Key).Sample((state, prefix, role, rest) =>
        {
            state = state with { Mode = new StoreMode(role, prefix, Source) };
            var key = StoreKey.FromBytes([.. prefix.Span, .. rest.Span]);
            var entry = new StoreEntry(key, Value("1"), 0, 0, null, 1, 1);
            var refusals = new StoreCommand[] { new SetCommand(key, Value("1"), 0), new ImportCommand([new ImportSet(entry)]) }
                .Count(command => StateMachine.Apply(state, command).Result is ModeRefusal);
            Assert.Equal(1, refusals);
        });

    private static FlipCommand FlipOf(StoreState state) =>
        new(Record, state.Entries.Find(Record)!.ModifyIndex, Value("flipped"), Prefix, ContentDigest.Of(state));

    private static Transition Flip(StoreState state) => StateMachine.Apply(state, FlipOf(state));

    private static void Refused(StoreState state, FlipCommand command, FlipOutcome outcome)
    {
        var transition = StateMachine.Apply(state, command);
        Assert.Same(state, transition.State);
        Assert.Equal(new FlipResult(outcome, state.Index), transition.Result);
    }

    private static TransactionOperation Operation(TransactionVerb verb, string key) => new(verb, Key(key), Value("1"));
}
