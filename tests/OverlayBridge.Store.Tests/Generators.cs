using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store;

/// <summary>Random keys, commands and states; few different keys, so that commands meet.</summary>
internal static class Generators
{
    /// <summary>Short keys over few bytes, prefixes of each other often, 0x00 and 0xFF among them.</summary>
    public static readonly Gen<StoreKey> Key =
        Gen.OneOf((byte)'a', (byte)'b', (byte)'/', (byte)0x00, (byte)0xFF).Array[1, 4].Select(bytes => StoreKey.FromBytes(bytes));

    public static readonly Gen<StoreKey> Prefix = Gen.Frequency((5, Key), (1, Gen.Const(StoreKey.Empty)));

    public static readonly Gen<ImmutableArray<byte>> Value =
        Gen.Frequency((1, Gen.Const(Array.Empty<byte>())), (4, Gen.Byte[0, 3].Array[1, 2])).Select(bytes => bytes.ToImmutableArray());

    public static readonly Gen<ulong?> Cas = Gen.Frequency(
        (3, Gen.Const((ulong?)null)), (1, Gen.Const((ulong?)0)), (3, Gen.ULong[1, 40].Select(index => (ulong?)index)));

    public static readonly Gen<StoreEntry> Entry =
        from key in Key
        from value in Value
        from flags in Gen.OneOf(0UL, 1UL, ulong.MaxValue)
        from lockIndex in Gen.ULong[0, 2]
        from session in Gen.OneOf<string?>(null, "s1")
        from create in Gen.ULong[1, 60]
        from modify in Gen.ULong[1, 60]
        select new StoreEntry(key, value, flags, lockIndex, session, create, modify);

    public static readonly Gen<StoreSession> Session =
        from id in Gen.OneOf("s1", "s2")
        from node in Gen.OneOf("n1", "n2")
        from delay in Gen.OneOf(0L, 1_000_000L, long.MaxValue)
        from checks in Gen.OneOf("serfHealth", "x").Array[0, 2]
        from index in Gen.ULong[0, 60]
        select new StoreSession(id, "docker", node, delay, "delete", "30s", [.. checks], index, index);

    public static readonly Gen<ImportOperation> ImportOperation = Gen.OneOf<ImportOperation>(
        Entry.Select(ImportOperation (entry) => new ImportSet(entry)),
        Entry.Select(ImportOperation (entry) => new ImportSet(entry with { CreateIndex = 0, ModifyIndex = 0 })),
        Gen.Select(Key, Gen.ULong[0, 60], ImportOperation (key, index) => new ImportDelete(key, index)),
        Session.Select(ImportOperation (session) => new ImportSession(session)),
        Gen.ULong[0, 60].Select(ImportOperation (index) => new ImportSessionDelete("s1", index)),
        Gen.ULong[0, 80].Select(ImportOperation (index) => new ImportIndex(index)));

    public static readonly Gen<StoreCommand> Write = Gen.Frequency(
        (6, Gen.Select(Key, Value, Gen.ULong[0, 1], Cas, StoreCommand (key, value, flags, cas) => new SetCommand(key, value, flags, cas))),
        (3, Gen.Select(Key, Cas, StoreCommand (key, cas) => new DeleteCommand(key, cas))),
        (1, Prefix.Select(StoreCommand (prefix) => new DeleteTreeCommand(prefix))));

    /// <summary>Sessions of this store: few, so that locks meet; ids and not indexes are the proposer's.</summary>
    public static readonly Gen<string> SessionId = Gen.OneOf("s1", "s2", "s3");

    public static readonly Gen<StoreCommand> LockOrSession = Gen.Frequency(
        (4, Gen.Select(Key, Value, Gen.ULong[0, 1], SessionId, StoreCommand (key, value, flags, session) => new LockCommand(key, value, flags, session))),
        (2, Gen.Select(Key, Value, Gen.ULong[0, 1], SessionId, StoreCommand (key, value, flags, session) => new UnlockCommand(key, value, flags, session))),
        (2, Gen.Select(SessionId, Gen.OneOf("release", "delete"), Gen.OneOf(0L, 15_000_000_000L), StoreCommand (id, behavior, delay) =>
            new CreateSessionCommand(new StoreSession(id, "", "n1", delay, behavior, "10s", ["serfHealth"], 0, 0) { Imported = false }))),
        (1, SessionId.Select(StoreCommand (id) => new DestroySessionCommand(id))));

    public static readonly Gen<TransactionOperation> Operation =
        from verb in Gen.Int[0, 12]
        from key in Key
        from value in Value
        from index in Gen.ULong[0, 40]
        from session in Gen.OneOf("", "s1", "s2")
        select new TransactionOperation((TransactionVerb)verb, key, value, 0, index, session);

    public static readonly Gen<StoreCommand> Transaction =
        Operation.Array[0, 4].Select(StoreCommand (operations) => new TransactionCommand([.. operations]));

    public static readonly Gen<StoreCommand> ModeChange = Gen.OneOf(
        Prefix.Select(StoreCommand (prefix) => new SetStandbyCommand(prefix, "consul://10.0.0.5:8500")),
        Gen.Select(Key, Gen.ULong[0, 60], Value, Prefix, Gen.ULong, StoreCommand (key, index, value, prefix, content) =>
            new FlipCommand(key, index, value, prefix, new UInt128(content, content >> 1))));

    public static readonly Gen<Origin> Origin =
        from kind in Gen.Int[0, 9]
        from name in Gen.OneOf("", "alice", "web-1")
        from address in Gen.OneOf("", "10.0.0.7")
        select new Origin((OriginKind)kind, name, name.Length > 3 ? "3f9c" : "", address);

    public static readonly Gen<StoreCommand> Limiting = Gen.Select(Gen.Int[0, 40], Gen.Long[0, 20_000], Gen.Int[0, 2000], StoreCommand (changes, bytes, age) =>
        new SetHistoryLimitsCommand(new HistoryLimits(changes, bytes, TimeSpan.FromMilliseconds(age)), 5000));

    /// <summary>Parts of few restores, in order seldom enough; what they make is no snapshot.</summary>
    public static readonly Gen<StoreCommand> Restore = Gen.OneOf(
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 2], Value, StoreCommand (id, part, bytes) => new StageRestoreCommand(IdOf(id), part, bytes)),
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 2], StoreCommand (id, parts) => new RestoreCommand(IdOf(id), parts)),
        Gen.Int[0, 1].Select(StoreCommand (id) => new DropRestoreCommand(IdOf(id))));

    public static readonly Gen<StoreCommand> Command = Gen.Frequency(
        (1, Restore),
        (8, Write),
        (4, LockOrSession),
        (2, Transaction),
        (3, ImportOperation.Array[0, 5].Select(StoreCommand (operations) => new ImportCommand([.. operations]))),
        (1, ModeChange),
        (1, Limiting),
        (1, Gen.ULong[0, 60].Select(StoreCommand (index) => new ReapTombstonesCommand(index))));

    public static readonly Gen<StoreState> State = Command.Array[0, 60].Select(commands => Run(commands));

    public static StoreState Run(params IEnumerable<StoreCommand> commands) =>
        commands.Aggregate(StoreState.Empty, (state, command) => StateMachine.Apply(state, command).State);

    private static Guid IdOf(int number) => new(number, 0, 0, new byte[8]);
}
