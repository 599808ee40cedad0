using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.Records;

namespace OverlayBridge.Store.Commands;

/// <summary>
/// Commands as bytes of the log. Each begins with a tag (its kind) and a version (of that kind's layout): a node that
/// meets one it does not know must stop, not guess, or its state would differ from the others'.
/// </summary>
internal static class CommandCodec
{
    private const byte SetTag = 1;
    private const byte DeleteTag = 2;
    private const byte DeleteTreeTag = 3;
    private const byte ImportTag = 4;
    private const byte ReapTag = 5;
    private const byte LockTag = 6;
    private const byte UnlockTag = 7;
    private const byte CreateSessionTag = 8;
    private const byte DestroySessionTag = 9;
    private const byte TransactionTag = 10;
    private const byte StandbyTag = 11;
    private const byte FlipTag = 12;
    private const byte StageRestoreTag = 13;
    private const byte RestoreTag = 14;
    private const byte DropRestoreTag = 15;
    private const byte HistoryLimitsTag = 16;
    private const byte Version = 1;

    private const byte ImportSetTag = 1;
    private const byte ImportDeleteTag = 2;
    private const byte ImportSessionTag = 3;
    private const byte ImportSessionDeleteTag = 4;
    private const byte ImportIndexTag = 5;

    public static void Write(RecordWriter writer, StoreCommand command)
    {
        writer.Byte(TagOf(command));
        writer.Byte(Version);
        switch (command)
        {
            case SetCommand set:
                writer.Bytes(set.Key.Span);
                writer.Bytes(set.Value.AsSpan());
                writer.Number(set.Flags);
                writer.OptionalNumber(set.Cas);
                break;
            case DeleteCommand delete:
                writer.Bytes(delete.Key.Span);
                writer.OptionalNumber(delete.Cas);
                break;
            case DeleteTreeCommand tree:
                writer.Bytes(tree.Prefix.Span);
                break;
            case ImportCommand import:
                writer.Number((ulong)import.Operations.Length);
                foreach (var operation in import.Operations)
                    Write(writer, operation);
                break;
            case ReapTombstonesCommand reap:
                writer.Number(reap.UpTo);
                break;
            case LockCommand take:
                WriteHolding(writer, take.Key, take.Value, take.Flags, take.Session);
                break;
            case UnlockCommand give:
                WriteHolding(writer, give.Key, give.Value, give.Flags, give.Session);
                break;
            case CreateSessionCommand create:
                writer.Write(create.Session);
                break;
            case DestroySessionCommand destroy:
                writer.Text(destroy.Id);
                break;
            case SetStandbyCommand standby:
                writer.Bytes(standby.Prefix.Span);
                writer.Text(standby.Source);
                break;
            case FlipCommand flip:
                writer.Bytes(flip.Record.Span);
                writer.Number(flip.RecordIndex);
                writer.Bytes(flip.Value.AsSpan());
                writer.Bytes(flip.Prefix.Span);
                writer.Number((ulong)(flip.Content >> 64));
                writer.Number((ulong)flip.Content);
                break;
            case StageRestoreCommand part:
                writer.Id(part.Restore);
                writer.Number((ulong)part.Part);
                writer.Bytes(part.Bytes.AsSpan());
                break;
            case RestoreCommand restore:
                writer.Id(restore.Restore);
                writer.Number((ulong)restore.Parts);
                break;
            case DropRestoreCommand drop:
                writer.Id(drop.Restore);
                break;
            case SetHistoryLimitsCommand limits:
                writer.Write(limits.Limits);
                writer.Number((ulong)limits.At);
                break;
            case TransactionCommand transaction:
                writer.Number((ulong)transaction.Operations.Length);
                foreach (var operation in transaction.Operations)
                    Write(writer, operation);
                break;
        }
    }

    /// <exception cref="DamagedDataException">The bytes are no command, or one of a newer version of this program.</exception>
    public static StoreCommand Read(ref RecordReader reader)
    {
        var start = reader.Position;
        var tag = reader.Byte();
        var version = reader.Byte();
        if (version != Version)
            throw Unknown($"version {version} of command {tag}", start);
        return tag switch
        {
            SetTag => new SetCommand(reader.Key(), reader.Value(), reader.Number(), reader.OptionalNumber()),
            DeleteTag => new DeleteCommand(reader.Key(), reader.OptionalNumber()),
            DeleteTreeTag => new DeleteTreeCommand(reader.Key()),
            ImportTag => new ImportCommand(ReadOperations(ref reader)),
            ReapTag => new ReapTombstonesCommand(reader.Number()),
            LockTag => new LockCommand(reader.Key(), reader.Value(), reader.Number(), reader.Text()),
            UnlockTag => new UnlockCommand(reader.Key(), reader.Value(), reader.Number(), reader.Text()),
            CreateSessionTag => new CreateSessionCommand(reader.Session() with { Imported = false }),
            DestroySessionTag => new DestroySessionCommand(reader.Text()),
            TransactionTag => new TransactionCommand(ReadTransaction(ref reader)),
            StandbyTag => new SetStandbyCommand(reader.Key(), reader.Text()),
            FlipTag => new FlipCommand(
                reader.Key(), reader.Number(), reader.Value(), reader.Key(), new UInt128(reader.Number(), reader.Number())),
            StageRestoreTag => new StageRestoreCommand(reader.Id(), reader.SmallNumber(), reader.Value()),
            RestoreTag => new RestoreCommand(reader.Id(), reader.SmallNumber()),
            DropRestoreTag => new DropRestoreCommand(reader.Id()),
            HistoryLimitsTag => new SetHistoryLimitsCommand(reader.HistoryLimits(), (long)reader.Number()),
            _ => throw Unknown($"command {tag}", start),
        };
    }

    private static byte TagOf(StoreCommand command) => command switch
    {
        SetCommand => SetTag,
        DeleteCommand => DeleteTag,
        DeleteTreeCommand => DeleteTreeTag,
        ImportCommand => ImportTag,
        ReapTombstonesCommand => ReapTag,
        LockCommand => LockTag,
        UnlockCommand => UnlockTag,
        CreateSessionCommand => CreateSessionTag,
        DestroySessionCommand => DestroySessionTag,
        TransactionCommand => TransactionTag,
        SetStandbyCommand => StandbyTag,
        FlipCommand => FlipTag,
        StageRestoreCommand => StageRestoreTag,
        RestoreCommand => RestoreTag,
        DropRestoreCommand => DropRestoreTag,
        SetHistoryLimitsCommand => HistoryLimitsTag,
        _ => throw new ArgumentException($"No tag for {command.GetType().Name}.", nameof(command)),
    };

    private static void WriteHolding(RecordWriter writer, StoreKey key, ImmutableArray<byte> value, ulong flags, string session)
    {
        writer.Bytes(key.Span);
        writer.Bytes(value.AsSpan());
        writer.Number(flags);
        writer.Text(session);
    }

    private static void Write(RecordWriter writer, TransactionOperation operation)
    {
        writer.Byte((byte)operation.Verb);
        WriteHolding(writer, operation.Key, operation.Value, operation.Flags, operation.Session);
        writer.Number(operation.Index);
    }

    private static ImmutableArray<TransactionOperation> ReadTransaction(ref RecordReader reader)
    {
        var operations = new TransactionOperation[reader.Count()];
        for (var i = 0; i < operations.Length; i++)
        {
            var start = reader.Position;
            var verb = (TransactionVerb)reader.Byte();
            if (!Enum.IsDefined(verb))
                throw Unknown($"verb {(byte)verb}", start);
            var (key, value, flags, session) = (reader.Key(), reader.Value(), reader.Number(), reader.Text());
            operations[i] = new TransactionOperation(verb, key, value, flags, reader.Number(), session);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(operations);
    }

    private static void Write(RecordWriter writer, ImportOperation operation)
    {
        switch (operation)
        {
            case ImportSet set:
                writer.Byte(ImportSetTag);
                writer.Write(set.Entry);
                break;
            case ImportDelete delete:
                writer.Byte(ImportDeleteTag);
                writer.Bytes(delete.Key.Span);
                writer.Number(delete.Index);
                break;
            case ImportSession session:
                writer.Byte(ImportSessionTag);
                writer.Write(session.Session);
                break;
            case ImportSessionDelete session:
                writer.Byte(ImportSessionDeleteTag);
                writer.Text(session.Id);
                writer.Number(session.Index);
                break;
            case ImportIndex index:
                writer.Byte(ImportIndexTag);
                writer.Number(index.Index);
                break;
            default:
                throw new ArgumentException($"No tag for {operation.GetType().Name}.", nameof(operation));
        }
    }

    private static ImmutableArray<ImportOperation> ReadOperations(ref RecordReader reader)
    {
        var operations = new ImportOperation[reader.Count()];
        for (var i = 0; i < operations.Length; i++)
        {
            var start = reader.Position;
            operations[i] = reader.Byte() switch
            {
                ImportSetTag => new ImportSet(reader.Entry()),
                ImportDeleteTag => new ImportDelete(reader.Key(), reader.Number()),
                ImportSessionTag => new ImportSession(reader.Session()),
                ImportSessionDeleteTag => new ImportSessionDelete(reader.Text(), reader.Number()),
                ImportIndexTag => new ImportIndex(reader.Number()),
                var tag => throw Unknown($"import line {tag}", start),
            };
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(operations);
    }

    private static DamagedDataException Unknown(string what, int position) => new(
        $"Unknown {what} at byte {position} of a log entry: the log was written by a newer version of this program, or is damaged.");
}
