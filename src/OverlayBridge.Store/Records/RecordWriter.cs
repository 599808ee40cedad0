using System.Buffers;
using System.Text;

namespace OverlayBridge.Store.Records;

/// <summary>
/// The primitives of the log's and the snapshot's own format: numbers as LEB128 (7 bits a byte, low bits first), bytes
/// and UTF-8 text behind their length.
/// </summary>
internal readonly struct RecordWriter(IBufferWriter<byte> output)
{
    /// <summary>Bytes of an id.</summary>
    public const int IdLength = 16;

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Number(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>A byte that says whether there is a number, then the number.</summary>
    public void OptionalNumber(ulong? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is { } number)
            Number(number);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        output.Write(value);
    }

    public void Id(Guid value)
    {
        value.TryWriteBytes(output.GetSpan(IdLength));
        output.Advance(IdLength);
    }

    public void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    public void OptionalText(string? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
            Text(value);
    }
}
