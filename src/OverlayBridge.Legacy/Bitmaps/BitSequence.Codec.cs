using System.Buffers.Binary;
using System.Collections.Immutable;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.Legacy.Bitmaps;

public sealed partial class BitSequence
{
    private const int HeaderBytes = 16;
    private const int RunBytes = 12;

    /// <summary>
    /// Reads UInt64 length, UInt64 unselected, then runs of UInt32 block and UInt64 count, all big-endian. Runs of count 0,
    /// equal neighbours and more or fewer blocks than the length needs are accepted (the last shows in <see cref="BlocksRead"/>).
    /// </summary>
    /// <param name="bytes">The decoded base64.</param>
    /// <param name="key">Of the record, for the error.</param>
    /// <param name="offset">Where the sequence stands in the record, for the error.</param>
    /// <exception cref="RecordFormatException">Not 16+12n bytes with n ≥ 1.</exception>
    public static BitSequence Decode(ReadOnlySpan<byte> bytes, string key = "", int offset = 0)
    {
        if (bytes.Length < HeaderBytes + RunBytes || (bytes.Length - HeaderBytes) % RunBytes != 0)
            throw new RecordFormatException(key, offset,
                $"the bit sequence has {bytes.Length} bytes; it must have 16 and 12 for each of at least one run.",
                "Restore it from a backup, or rebuild it from the addresses that networks and endpoints hold.");
        var runs = ImmutableArray.CreateBuilder<BitRun>((bytes.Length - HeaderBytes) / RunBytes);
        for (var rest = bytes[HeaderBytes..]; !rest.IsEmpty; rest = rest[RunBytes..])
            runs.Add(new BitRun(BinaryPrimitives.ReadUInt32BigEndian(rest), BinaryPrimitives.ReadUInt64BigEndian(rest[4..])));
        return new BitSequence(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            runs.MoveToImmutable());
    }

    /// <summary>The bytes as <see cref="Decode"/> reads them.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderBytes + RunBytes * Runs.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Length);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Unselected);
        var rest = bytes.AsSpan(HeaderBytes);
        foreach (var run in Runs)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, run.Block);
            BinaryPrimitives.WriteUInt64BigEndian(rest[4..], run.Count);
            rest = rest[RunBytes..];
        }
        return bytes;
    }
}
