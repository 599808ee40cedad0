using System.Buffers;

namespace OverlayBridge.Gateway.Relay;

/// <summary>
/// Finds where a body ends, without changing a byte of it. What is no body in its framing any more has no end but that of the connection.
/// </summary>
internal sealed class BodyFramer
{
    /// <summary>Go's limits: digits of a chunk's length, and the line that they stand in.</summary>
    private const int MaxSizeDigits = 16;
    private const int MaxSizeLine = 4096;
    private const int MaxTrailer = 64 * 1024;

    private Part _part;
    private long _remaining;
    private int _line;
    private int _digits;
    private int _trailer;

    private BodyFramer(Part part, long remaining) => (_part, _remaining) = (part, remaining);

    /// <summary>Where in a body the next byte stands.</summary>
    private enum Part
    {
        Done,
        OfLength,
        UntilClose,
        Size,
        SizeEnd,
        Chunk,
        ChunkCr,
        ChunkLf,
        TrailerLine,
    }

    public bool IsDone => _part == Part.Done;

    /// <summary>It is done when the connection is.</summary>
    public bool EndsWithConnection => _part == Part.UntilClose;

    public static BodyFramer OfLength(long length) => new(length == 0 ? Part.Done : Part.OfLength, length);

    public static BodyFramer Chunked() => new(Part.Size, 0);

    public static BodyFramer UntilClose() => new(Part.UntilClose, 0);

    /// <summary>How many of the next bytes belong to the body; all of them unless it is done then.</summary>
    public long Take(ReadOnlySequence<byte> next)
    {
        var taken = 0L;
        foreach (var segment in next)
        {
            var count = Take(segment.Span);
            taken += count;
            if (count < segment.Length || IsDone)
                break;
        }
        return taken;
    }

    private int Take(ReadOnlySpan<byte> next)
    {
        var at = 0;
        while (at < next.Length && !IsDone)
        {
            if (_part == Part.UntilClose)
                return next.Length;
            if (_part is Part.OfLength or Part.Chunk)
                at += Skip(next.Length - at);
            else
                Step(next[at++]);
        }
        return at;
    }

    private int Skip(int available)
    {
        var count = (int)Math.Min(available, _remaining);
        _remaining -= count;
        if (_remaining == 0)
            _part = _part == Part.Chunk ? Part.ChunkCr : Part.Done;
        return count;
    }

    private void Step(byte next)
    {
        _part = _part switch
        {
            Part.Size => InSize(next),
            Part.SizeEnd => next == '\n' ? AfterSize() : ++_line > MaxSizeLine ? Part.UntilClose : Part.SizeEnd,
            Part.ChunkCr => next == '\r' ? Part.ChunkLf : Part.UntilClose,
            Part.ChunkLf => next == '\n' ? BeginSize() : Part.UntilClose,
            _ => InTrailer(next),
        };
    }

    private Part InSize(byte next)
    {
        if (char.IsAsciiHexDigit((char)next))
        {
            _remaining = (_remaining << 4) + HexValue(next);
            return ++_digits > MaxSizeDigits || _remaining < 0 ? Part.UntilClose : Part.Size;
        }
        if (_digits == 0)
            return Part.UntilClose;
        _line = _digits;
        return next switch
        {
            (byte)'\n' => AfterSize(),
            (byte)'\r' or (byte)';' or (byte)' ' or (byte)'\t' => Part.SizeEnd,
            _ => Part.UntilClose,
        };
    }

    private static int HexValue(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private Part BeginSize()
    {
        (_remaining, _digits) = (0, 0);
        return Part.Size;
    }

    private Part AfterSize()
    {
        _line = 0;
        return _remaining == 0 ? Part.TrailerLine : Part.Chunk;
    }

    /// <summary>The body ends with the first empty line behind the last chunk.</summary>
    private Part InTrailer(byte next)
    {
        if (++_trailer > MaxTrailer)
            return Part.UntilClose;
        if (next == '\n')
            return _line == 0 ? Part.Done : NextTrailerLine();
        if (next != '\r')
            _line++;
        return Part.TrailerLine;
    }

    private Part NextTrailerLine()
    {
        _line = 0;
        return Part.TrailerLine;
    }
}
