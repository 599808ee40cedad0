using System.Buffers.Binary;

namespace OverlayBridge.Sources.Snapshots;

/// <summary>
/// Reads MessagePack from a piece of memory. Never reads beyond it: every read says whether the value is whole in it, so that
/// more can be fetched and the value read again.
/// </summary>
internal ref struct MsgPackReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Passes over one value with all that is in it; false when it is not whole here.</summary>
    /// <exception cref="SnapshotException">It is nested too deeply, or no MessagePack.</exception>
    public bool TrySkip()
    {
        // Values still to come, one number for each container that is open.
        Span<long> open = stackalloc long[MaxDepth];
        var depth = 0;
        open[0] = 1;
        while (depth >= 0)
        {
            if (open[depth] == 0)
            {
                depth--;
                continue;
            }
            open[depth]--;
            if (!TryHead(out var kind, out var length))
                return false;
            if (kind == Kind.Container && length > 0)
            {
                if (++depth == MaxDepth)
                    throw new SnapshotException($"A record is nested more than {MaxDepth} levels deep.");
                open[depth] = length;
            }
            else if (kind == Kind.Bytes && !TryTake(length, out _))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Number of pairs of the map that begins here.</summary>
    public int Map()
    {
        var at = Position;
        return bytes[at] is (>= 0x80 and <= 0x8f) or 0xde or 0xdf && TryHead(out _, out var length) ? (int)(length / 2) : throw Wrong("a map", at);
    }

    /// <summary>Number of elements of the array that begins here; nil is none.</summary>
    public int Array()
    {
        var at = Position;
        if (bytes[at] == 0xc0)
        {
            Position++;
            return 0;
        }
        return bytes[at] is (>= 0x90 and <= 0x9f) or 0xdc or 0xdd && TryHead(out _, out var length) ? (int)length : throw Wrong("an array", at);
    }

    /// <summary>A string or bytes, which older writers do not tell apart; nil is empty.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var at = Position;
        if (bytes[at] == 0xc0)
        {
            Position++;
            return [];
        }
        return TryHead(out var kind, out var length) && kind == Kind.Bytes && bytes[at] is not (>= 0xc7 and <= 0xc9) and not (>= 0xd4 and <= 0xd8) && TryTake(length, out var content)
            ? content
            : throw Wrong("a string", at);
    }

    public ulong UInt64()
    {
        var at = Position;
        return TryNumber(out var negative, out var number) && !negative ? number : throw Wrong("a number from 0 to 2^64-1", at);
    }

    public long Int64()
    {
        var at = Position;
        return TryNumber(out var negative, out var number) && (negative || number <= long.MaxValue) ? (long)number : throw Wrong("a number of 64 bits", at);
    }

    private enum Kind
    {
        /// <summary>The head was all of it.</summary>
        Scalar,

        /// <summary>So many bytes follow.</summary>
        Bytes,

        /// <summary>So many values follow.</summary>
        Container,
    }

    private bool TryHead(out Kind kind, out long length)
    {
        (kind, length) = (Kind.Scalar, 0);
        if (Position == bytes.Length)
            return false;
        var head = bytes[Position++];
        (kind, var lengthBytes, length) = head switch
        {
            <= 0x7f or >= 0xe0 => (Kind.Scalar, 0, 0L),
            <= 0x8f => (Kind.Container, 0, 2L * (head & 0x0f)),
            <= 0x9f => (Kind.Container, 0, head & 0x0f),
            <= 0xbf => (Kind.Bytes, 0, head & 0x1f),
            0xc0 or 0xc2 or 0xc3 => (Kind.Scalar, 0, 0),
            0xc4 or 0xd9 => (Kind.Bytes, 1, 0),
            0xc5 or 0xda => (Kind.Bytes, 2, 0),
            0xc6 or 0xdb => (Kind.Bytes, 4, 0),
            // Extensions: their type is one byte more.
            0xc7 => (Kind.Bytes, 1, 1),
            0xc8 => (Kind.Bytes, 2, 1),
            0xc9 => (Kind.Bytes, 4, 1),
            0xcc or 0xd0 => (Kind.Bytes, 0, 1),
            0xcd or 0xd1 => (Kind.Bytes, 0, 2),
            0xca or 0xce or 0xd2 => (Kind.Bytes, 0, 4),
            0xcb or 0xcf or 0xd3 => (Kind.Bytes, 0, 8),
            >= 0xd4 and <= 0xd8 => (Kind.Bytes, 0, 1 + (1L << (head - 0xd4))),
            0xdc or 0xde => (Kind.Container, 2, 0),
            0xdd or 0xdf => (Kind.Container, 4, 0),
            _ => throw new SnapshotException($"A record holds the byte 0x{head:x2}, which means nothing in MessagePack."),
        };
        if (!TryTake(lengthBytes, out var written))
            return false;
        var number = 0L;
        foreach (var part in written)
            number = number << 8 | part;
        length += head is 0xde or 0xdf ? number * 2 : number;
        return true;
    }

    private bool TryTake(long count, out ReadOnlySpan<byte> taken)
    {
        if (count > bytes.Length - Position)
        {
            taken = default;
            return false;
        }
        taken = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return true;
    }

    private bool TryNumber(out bool negative, out ulong number)
    {
        var head = bytes[Position++];
        (negative, number) = (head >= 0xe0, head >= 0xe0 ? (ulong)(long)(sbyte)head : head);
        if (head is <= 0x7f or >= 0xe0)
            return true;
        var size = head switch { 0xcc or 0xd0 => 1, 0xcd or 0xd1 => 2, 0xce or 0xd2 => 4, 0xcf or 0xd3 => 8, _ => 0 };
        if (size == 0 || !TryTake(size, out var digits))
            return false;
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        negative = head >= 0xd0 && digits[0] >= 0x80;
        wide.Fill(negative ? (byte)0xff : (byte)0);
        digits.CopyTo(wide[(sizeof(ulong) - size)..]);
        number = BinaryPrimitives.ReadUInt64BigEndian(wide);
        return true;
    }

    private readonly SnapshotException Wrong(string expected, int at) => new($"A record holds something else where {expected} is expected (byte 0x{bytes[at]:x2}).");
}
