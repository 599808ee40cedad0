using System.Text;

namespace OverlayBridge.Store.Records;

/// <summary>
/// Reads what <see cref="RecordWriter"/> wrote. Every length is checked against what is left before anything is allocated.
/// </summary>
internal ref struct RecordReader(ReadOnlySpan<byte> input)
{
    private readonly ReadOnlySpan<byte> _input = input;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _input.Length;

    /// <exception cref="DamagedDataException">Here as in all reads: the input ends, or the bytes are not of this format.</exception>
    public byte Byte()
    {
        if (AtEnd)
            throw new DamagedDataException($"The data ends at byte {Position} in the middle of a record.");
        return _input[Position++];
    }

    public ulong Number()
    {
        var start = Position;
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw new DamagedDataException($"The number at byte {start} does not fit 64 bits.");
    }

    /// <summary>A number that counts things in memory.</summary>
    public int SmallNumber()
    {
        var start = Position;
        var number = Number();
        return number <= int.MaxValue ? (int)number : throw new DamagedDataException($"The number {number} at byte {start} is too large.");
    }

    public Guid Id()
    {
        if (_input.Length - Position < RecordWriter.IdLength)
            throw new DamagedDataException($"The data ends at byte {_input.Length} in the middle of an id.");
        var id = new Guid(_input.Slice(Position, RecordWriter.IdLength));
        Position += RecordWriter.IdLength;
        return id;
    }

    public ulong? OptionalNumber() => Flag() ? Number() : null;

    public ReadOnlySpan<byte> Bytes()
    {
        var start = Position;
        var length = Number();
        if (length > (ulong)(_input.Length - Position))
            throw new DamagedDataException(
                $"A length of {length} stands at byte {start}, but only {_input.Length - Position} bytes are left.");
        var bytes = _input.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public string? OptionalText() => Flag() ? Text() : null;

    /// <summary>A number of things that follow, each at least one byte long.</summary>
    public int Count()
    {
        var start = Position;
        var count = Number();
        if (count > (ulong)(_input.Length - Position))
            throw new DamagedDataException(
                $"{count} records are announced at byte {start}, but only {_input.Length - Position} bytes are left.");
        return (int)count;
    }

    private bool Flag()
    {
        var start = Position;
        return Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw new DamagedDataException($"Byte {start} is {other} where 0 or 1 must stand."),
        };
    }
}
