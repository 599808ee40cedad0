using System.Buffers;
using System.Collections.Immutable;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Records;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The commands of one log entry: a version, an id, the time, then each command behind the number of who wants it: 0 and the
/// <see cref="Origin"/> itself where it is a new one, else the number of the one that stood there as the 1st, 2nd… of this entry. The id stands in
/// the entry and in the object that waits for the results, as the engine may hand that object out with another node's entry of the same log
/// index. Version 1 had neither times nor origins.
/// </summary>
internal sealed class CommandBatch
{
    private const byte Version = 2;
    private const byte OldestVersion = 1;

    /// <summary>So many of the last origins are looked through for one that is there already.</summary>
    private const int OriginsCompared = 8;

    private readonly ArrayBufferWriter<byte> _payload = new(4096);
    private readonly Guid _id = Guid.NewGuid();
    private readonly List<Origin> _origins = [];
    private readonly List<StoreCommand> _commands = [];

    /// <param name="now">By this node's clock.</param>
    public CommandBatch(DateTimeOffset now)
    {
        var writer = new RecordWriter(_payload);
        writer.Byte(Version);
        writer.Id(_id);
        writer.Number((ulong)Math.Max(0, now.ToUnixTimeMilliseconds()));
    }

    public ReadOnlyMemory<byte> Payload => _payload.WrittenMemory;

    /// <summary>A result for each command, once this very batch was applied here; null before, and when another's was.</summary>
    public ImmutableArray<CommandResult>? Results { get; private set; }

    public void Add(StoreCommand command)
    {
        var writer = new RecordWriter(_payload);
        Write(writer, command.By);
        CommandCodec.Write(writer, command);
        _commands.Add(command);
    }

    /// <summary>What stands in a log entry; not read from it again where it is <paramref name="own"/>.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static (Guid Id, long At, IReadOnlyList<StoreCommand> Commands) Read(ReadOnlySpan<byte> payload, CommandBatch? own)
    {
        var reader = new RecordReader(payload);
        var version = VersionOf(ref reader);
        var id = reader.Id();
        return own?._id == id ? (id, (long)reader.Number(), own._commands) : ReadRest(ref reader, version, id);
    }

    /// <summary>Called by apply with the id of the entry.</summary>
    public void Complete(Guid id, ImmutableArray<CommandResult> results)
    {
        if (id == _id)
            Results = results;
    }

    /// <returns>The time is in milliseconds since 1970, 0 when the entry has none.</returns>
    /// <exception cref="DamagedDataException">The entry is damaged or from a newer version of this program.</exception>
    public static (Guid Id, long At, IReadOnlyList<StoreCommand> Commands) Read(ReadOnlySpan<byte> payload) => Read(payload, own: null);

    private static byte VersionOf(ref RecordReader reader)
    {
        var version = reader.Byte();
        return version is >= OldestVersion and <= Version
            ? version
            : throw new DamagedDataException($"A log entry has format version {version}, this program reads version {Version}.");
    }

    private static (Guid Id, long At, IReadOnlyList<StoreCommand> Commands) ReadRest(ref RecordReader reader, byte version, Guid id)
    {
        var at = version == 1 ? 0 : (long)reader.Number();
        var commands = new List<StoreCommand>();
        var origins = new List<Origin>();
        while (!reader.AtEnd)
        {
            var by = version == 1 ? Origin.Unknown : Read(ref reader, origins);
            var command = CommandCodec.Read(ref reader);
            commands.Add(ReferenceEquals(by, Origin.Unknown) ? command : command with { By = by });
        }
        return (id, at, commands);
    }

    private void Write(RecordWriter writer, Origin origin)
    {
        for (var at = _origins.Count - 1; at >= Math.Max(0, _origins.Count - OriginsCompared); at--)
        {
            if (!ReferenceEquals(_origins[at], origin) && !_origins[at].Equals(origin))
                continue;
            writer.Number((ulong)at + 1);
            return;
        }
        _origins.Add(origin);
        writer.Number(0);
        writer.Write(origin);
    }

    private static Origin Read(ref RecordReader reader, List<Origin> origins)
    {
        var start = reader.Position;
        var number = reader.Number();
        if (number > (ulong)origins.Count)
            throw new DamagedDataException($"Origin {number} stands at byte {start}, but only {origins.Count} came before it.");
        if (number > 0)
            return origins[(int)number - 1];
        var origin = reader.Origin();
        origins.Add(origin == Origin.Unknown ? Origin.Unknown : origin);
        return origins[^1];
    }
}
