using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Snapshots;

/// <summary>
/// A snapshot as bytes: an 8-byte mark with the version, the length of what follows the header (8 bytes, little endian),
/// its XxHash128 (16 bytes), then the state as zlib. A cut-off or changed file is known before anything of it is used.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeaderLength = 32;

    /// <summary>Records of this many bytes are handed to the compressor at once.</summary>
    private const int BlockLength = 64 * 1024;

    /// <summary>
    /// Version 2 says of each session whether it was imported; in version 1 all were. Version 3 says the mode; before it there was none.
    /// Version 4 says the index of the last restore, and holds the parts of one that is under way. Version 5 has the history behind it.
    /// </summary>
    private static ReadOnlySpan<byte> Mark => "OBSNAP\0\x05"u8;

    /// <summary>What this program writes.</summary>
    public static byte CurrentVersion => Mark[7];

    /// <summary>Of a state before packing: what a snapshot says it unpacks to is not believed beyond this.</summary>
    private const int MaxStateBytes = 1 << 30;

    private const byte OldestVersion = 1;

    public static ReadOnlyMemory<byte> Encode(StoreState state)
    {
        var output = new MemoryStream();
        output.SetLength(HeaderLength);
        output.Position = HeaderLength;
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
            WriteState(zlib, state);

        var bytes = output.GetBuffer().AsMemory(0, (int)output.Length);
        var body = bytes.Span[HeaderLength..];
        Mark.CopyTo(bytes.Span);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.Span[8..], body.Length);
        XxHash128.Hash(body, bytes.Span[16..HeaderLength]);
        return bytes;
    }

    /// <exception cref="DamagedDataException">The bytes are not a complete snapshot of this version.</exception>
    public static StoreState Decode(ReadOnlyMemory<byte> bytes)
    {
        Verify(bytes.Span);
        using var zlib = new ZLibStream(new MemoryStream(bytes[HeaderLength..].ToArray()), CompressionMode.Decompress);
        var state = new MemoryStream();
        try
        {
            Unpack(zlib, state);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedDataException("The snapshot cannot be decompressed.", e);
        }
        var reader = new RecordReader(state.GetBuffer().AsSpan(0, (int)state.Length));
        return ReadState(ref reader, bytes.Span[7]);
    }

    private static void Unpack(ZLibStream packed, MemoryStream state)
    {
        var block = new byte[BlockLength];
        while (packed.Read(block) is var read and > 0)
        {
            if (state.Length + read > MaxStateBytes)
                throw new DamagedDataException($"The snapshot unpacks to more than {MaxStateBytes >> 20} MiB.");
            state.Write(block, 0, read);
        }
    }

    /// <exception cref="DamagedDataException">Mark, length or hash are not as they must be.</exception>
    public static void Verify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
            throw new DamagedDataException($"The snapshot is cut off: {bytes.Length} bytes, its header alone has {HeaderLength}.");
        if (!bytes.StartsWith(Mark[..6]))
            throw new DamagedDataException("The file does not begin as a snapshot does.");
        if (bytes[6] != Mark[6] || bytes[7] < OldestVersion || bytes[7] > Mark[7])
            throw new DamagedDataException($"The snapshot has format version {bytes[7]}, this program reads version {Mark[7]}.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var body = bytes[HeaderLength..];
        if (length != body.Length)
            throw new DamagedDataException($"The snapshot is cut off: {body.Length} of {length} bytes.");
        if (!XxHash128.Hash(body).AsSpan().SequenceEqual(bytes[16..HeaderLength]))
            throw new DamagedDataException($"The snapshot's {length} bytes are not those that were written: the hash differs.");
    }

    private static void WriteState(Stream output, StoreState state)
    {
        var block = new System.Buffers.ArrayBufferWriter<byte>(BlockLength * 2);
        var writer = new RecordWriter(block);
        writer.Number(state.Index);
        writer.Number(state.KeyIndex);
        writer.Number(state.SessionIndex);
        writer.Number((ulong)state.Entries.Count);
        foreach (var entry in state.Entries.All())
        {
            writer.Write(entry);
            FlushIfFull();
        }
        foreach (var deletions in new[] { state.Tombstones, state.Floors })
        {
            writer.Number((ulong)deletions.Count);
            foreach (var deletion in deletions.All())
            {
                writer.Bytes(deletion.Key.Span);
                writer.Number(deletion.Index);
                FlushIfFull();
            }
        }
        writer.Number((ulong)state.Sessions.Count);
        foreach (var session in state.Sessions.Values)
        {
            writer.Write(session);
            writer.Byte(session.Imported ? (byte)1 : (byte)0);
        }
        writer.Byte((byte)state.Mode.Role);
        writer.Bytes(state.Mode.Prefix.Span);
        writer.Text(state.Mode.Source);
        writer.Number(state.RestoreIndex);
        writer.Number((ulong)(state.Staged?.Parts.Count ?? 0));
        if (state.Staged is { Parts.Count: > 0 } staged)
        {
            writer.Id(staged.Id);
            foreach (var part in staged.Parts)
            {
                writer.Bytes(part.AsSpan());
                FlushIfFull();
            }
        }
        HistoryFormat.Write(writer, state.History, FlushIfFull);
        output.Write(block.WrittenSpan);

        void FlushIfFull()
        {
            if (block.WrittenCount < BlockLength)
                return;
            output.Write(block.WrittenSpan);
            block.ResetWrittenCount();
        }
    }

    private static StoreState ReadState(ref RecordReader reader, byte version)
    {
        var state = StoreState.Empty with
        {
            Index = reader.Number(),
            KeyIndex = reader.Number(),
            SessionIndex = reader.Number(),
        };
        var entries = new StoreEntry[reader.Count()];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = reader.Entry();
        var tombstones = ReadDeletions(ref reader);
        var floors = ReadDeletions(ref reader);
        var sessions = new StoreSession[reader.Count()];
        for (var i = 0; i < sessions.Length; i++)
            sessions[i] = reader.Session() with { Imported = version == 1 || reader.Byte() == 1 };
        var mode = version < 3 ? StoreMode.Own : ReadMode(ref reader);
        var restoreIndex = version < 4 ? 0 : reader.Number();
        var staged = version < 4 ? null : ReadStaged(ref reader);
        var (ordered, byId) = (Ordered(entries), state.Sessions.SetItems(sessions.Select(session => KeyValuePair.Create(session.Id, session))));
        var history = version < 5 ? StoreHistory.Since(state.Index, HistoryLimits.Default) : HistoryFormat.Read(ref reader, ordered, byId);
        if (!reader.AtEnd)
            throw new DamagedDataException($"Unknown data follows the state at byte {reader.Position}.");
        return state with
        {
            Mode = mode,
            RestoreIndex = restoreIndex,
            Staged = staged,
            Entries = ordered,
            Tombstones = Ordered(tombstones),
            Floors = Ordered(floors),
            Sessions = byId,
            History = history,
        };
    }

    private static StoreMode ReadMode(ref RecordReader reader)
    {
        var start = reader.Position;
        var role = (StoreRole)reader.Byte();
        return Enum.IsDefined(role)
            ? new StoreMode(role, reader.Key(), reader.Text())
            : throw new DamagedDataException($"Mode {(byte)role} at byte {start} is not known.");
    }

    private static StagedRestore? ReadStaged(ref RecordReader reader)
    {
        var count = reader.Count();
        if (count == 0)
            return null;
        var staged = new StagedRestore(reader.Id(), []);
        for (var i = 0; i < count; i++)
            staged = staged with { Parts = staged.Parts.Add(reader.Value()) };
        return staged;
    }

    private static Tombstone[] ReadDeletions(ref RecordReader reader)
    {
        var deletions = new Tombstone[reader.Count()];
        for (var i = 0; i < deletions.Length; i++)
            deletions[i] = new Tombstone(reader.Key(), reader.Number());
        return deletions;
    }

    private static SortedTree<T> Ordered<T>(T[] items)
        where T : class, IIndexed
    {
        try
        {
            return SortedTree.FromOrdered(items);
        }
        catch (ArgumentException e)
        {
            throw new DamagedDataException($"The snapshot's keys are out of order: {e.Message}", e);
        }
    }
}
