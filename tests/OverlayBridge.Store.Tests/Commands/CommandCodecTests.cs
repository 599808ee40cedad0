using System.Buffers;
using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Replication;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Commands;

public sealed class CommandCodecTests
{
    [Fact]
    public void Every_command_comes_back_from_its_bytes() =>
        Generators.Command.Array[0, 10].Sample(commands =>
        {
            var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
            foreach (var command in commands)
                batch.Add(command);
            Assert.Equal(commands, CommandBatch.Read(batch.Payload.Span).Commands);
        });

    [Fact]
    public void Who_wants_a_command_and_when_it_was_put_into_the_log_come_back() =>
        Gen.Select(Generators.Command, Generators.Origin).Array[0, 30].Sample(pairs =>
        {
            var commands = pairs.Select(static pair => pair.Item1 with { By = pair.Item2 }).ToArray();
            var batch = new CommandBatch(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));
            foreach (var command in commands)
                batch.Add(command);
            var (_, at, read) = CommandBatch.Read(batch.Payload.Span);
            Assert.Equal(1_700_000_000_123, at);
            Assert.Equal(commands.Select(static command => command.By), read.Select(static command => command.By));
            Assert.Equal(commands, read);
        });

    [Fact]
    public void Commands_of_one_client_name_it_once()
    {
        var one = new CommandBatch(DateTimeOffset.UnixEpoch);
        one.Add(Set("a", "1") with { By = new Origin(OriginKind.Client, Address: "10.0.0.7", Program: "Go-http-client/1.1") });
        var first = one.Payload.Length;
        one.Add(Set("a", "1") with { By = new Origin(OriginKind.Client, Address: "10.0.0.7", Program: "Go-http-client/1.1") });
        var bare = new CommandBatch(DateTimeOffset.UnixEpoch);
        bare.Add(Set("a", "1"));
        var second = bare.Payload.Length;
        bare.Add(Set("a", "1"));
        Assert.Equal(bare.Payload.Length - second, one.Payload.Length - first);
    }

    [Fact]
    public void An_entry_of_a_program_without_history_is_read_and_says_neither_who_nor_when()
    {
        var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
        batch.Add(Set("a", "1"));
        var bytes = batch.Payload.ToArray();
        // Version 1: no time behind the id, no origin before the command.
        byte[] old = [1, .. bytes[1..17], .. bytes[24..]];
        var (_, at, commands) = CommandBatch.Read(old);
        Assert.Equal(0, at);
        Assert.Equal(Set("a", "1"), Assert.Single(commands));
        Assert.Same(Origin.Unknown, commands[0].By);
    }

    [Fact]
    public void Numbers_of_all_sizes_come_back() =>
        Gen.OneOf(Gen.ULong, Gen.ULong[0, 300], Gen.Const(ulong.MaxValue)).Sample(number =>
        {
            var bytes = new ArrayBufferWriter<byte>();
            new RecordWriter(bytes).Number(number);
            var reader = new RecordReader(bytes.WrittenSpan);
            Assert.Equal(number, reader.Number());
            Assert.True(reader.AtEnd);
        });

    [Fact]
    public void Damaged_bytes_are_refused_by_the_one_documented_error() =>
        Gen.Select(Generators.Command, Gen.Int[0, 200], Gen.Byte, Gen.Bool).Sample((command, at, value, cut) =>
        {
            var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
            batch.Add(command);
            var bytes = batch.Payload.ToArray();
            if (cut)
                bytes = bytes[..(at % bytes.Length)];
            else
                bytes[at % bytes.Length] = value;
            try
            {
                CommandBatch.Read(bytes);
            }
            catch (DamagedDataException)
            {
                // Every other exception fails the test; bytes that still are a command are for the log's hash to find.
            }
        });

    [Fact]
    public void A_length_that_the_rest_cannot_hold_is_refused_before_anything_is_allocated()
    {
        var error = Assert.Throws<DamagedDataException>(() => new RecordReader([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).Bytes());
        Assert.Equal("A length of 4294967295 stands at byte 0, but only 0 bytes are left.", error.Message);
    }

    [Fact]
    public void A_command_of_a_newer_version_is_refused_as_such()
    {
        var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
        batch.Add(Set("a", "1"));
        var bytes = batch.Payload.ToArray();
        // Behind version (1), id (16), time (1), and the new origin: its number, kind and four empty texts (6), and the command's tag.
        bytes[25] = 2;
        Assert.Contains("written by a newer version", Assert.Throws<DamagedDataException>(() => CommandBatch.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_meant_for_another_batch_are_not_taken()
    {
        var batch = new CommandBatch(DateTimeOffset.UnixEpoch);
        batch.Complete(Guid.NewGuid(), [new WriteResult(true, 5)]);
        Assert.Null(batch.Results);
        batch.Complete(CommandBatch.Read(batch.Payload.Span).Id, [new WriteResult(true, 5)]);
        Assert.NotNull(batch.Results);
    }
}
