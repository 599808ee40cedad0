using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>Writes one packet of ZooKeeper's protocol: numbers big-endian, texts and bytes with a length of 32 bits in front.</summary>
internal sealed class JuteWriter
{
    private readonly ArrayBufferWriter<byte> packet = new();

    public JuteWriter() => Int32(0);

    public JuteWriter Int32(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        packet.Write(bytes);
        return this;
    }

    public JuteWriter Int64(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        packet.Write(bytes);
        return this;
    }

    public JuteWriter Bool(bool value)
    {
        return Raw([value ? (byte)1 : (byte)0]);
    }

    public JuteWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        return Raw(bytes);
    }

    public JuteWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes that were written by this protocol before.</summary>
    public JuteWriter Raw(ReadOnlySpan<byte> bytes)
    {
        packet.Write(bytes);
        return this;
    }

    /// <summary>The packet with its own length in front.</summary>
    public byte[] ToPacket()
    {
        var bytes = packet.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - sizeof(int));
        return bytes;
    }
}
