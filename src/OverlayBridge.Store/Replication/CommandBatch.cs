using System.Buffers;
using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Records;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The commands of one log entry: a version, an id, then each command. The id stands in the entry and in the object that
/// waits for the results, as the engine may hand that object out with another node's entry of the same log index.
/// </summary>
internal sealed class CommandBatch
{
    private const byte Version = 1;

    private readonly ArrayBufferWriter<byte> _payload = new(4096);
    private readonly Guid _id = Guid.NewGuid();

    public CommandBatch()
    {
        var writer = new RecordWriter(_payload);
        writer.Byte(Version);
        writer.Id(_id);
    }

    public ReadOnlyMemory<byte> Payload => _payload.WrittenMemory;

    /// <summary>A result for each command, once this very batch was applied here; null before, and when another's was.</summary>
    public ImmutableArray<CommandResult>? Results { get; private set; }

    public void Add(StoreCommand command) => CommandCodec.Write(new RecordWriter(_payload), command);

    /// <summary>Called by apply with the id of the entry.</summary>
    public void Complete(Guid id, ImmutableArray<CommandResult> results)
    {
        if (id == _id)
            Results = results;
    }

    /// <exception cref="DamagedDataException">The entry is damaged or from a newer version of this program.</exception>
    public static (Guid Id, ImmutableArray<StoreCommand> Commands) Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var version = reader.Byte();
        if (version != Version)
            throw new DamagedDataException($"A log entry has format version {version}, this program reads version {Version}.");
        var id = reader.Id();
        var commands = ImmutableArray.CreateBuilder<StoreCommand>();
        while (!reader.AtEnd)
            commands.Add(CommandCodec.Read(ref reader));
        return (id, commands.ToImmutable());
    }
}
