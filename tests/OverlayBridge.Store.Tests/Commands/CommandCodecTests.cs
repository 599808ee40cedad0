using System.Buffers;
using CsCheck;
using OverlayBridge.Store.Commands;
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
            var batch = new CommandBatch();
            foreach (var command in commands)
                batch.Add(command);
            Assert.Equal(commands, CommandBatch.Read(batch.Payload.Span).Commands);
        });

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
            var batch = new CommandBatch();
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
        var batch = new CommandBatch();
        batch.Add(Set("a", "1"));
        var bytes = batch.Payload.ToArray();
        bytes[18] = 2;
        Assert.Contains("written by a newer version", Assert.Throws<DamagedDataException>(() => CommandBatch.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_meant_for_another_batch_are_not_taken()
    {
        var batch = new CommandBatch();
        batch.Complete(Guid.NewGuid(), [new WriteResult(true, 5)]);
        Assert.Null(batch.Results);
        batch.Complete(CommandBatch.Read(batch.Payload.Span).Id, [new WriteResult(true, 5)]);
        Assert.NotNull(batch.Results);
    }
}
