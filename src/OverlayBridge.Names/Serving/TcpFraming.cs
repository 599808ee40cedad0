using System.Buffers.Binary;

namespace OverlayBridge.Names.Serving;

/// <summary>Messages by TCP stand behind their length in two bytes (RFC 1035 §4.2.2).</summary>
internal static class TcpFraming
{
    /// <returns>Length of the message; 0 at the end of the stream.</returns>
    public static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> message, CancellationToken token)
    {
        var length = new byte[2];
        if (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, token).ConfigureAwait(false) < 2)
            return 0;
        var count = BinaryPrimitives.ReadUInt16BigEndian(length);
        await stream.ReadExactlyAsync(message[..count], token).ConfigureAwait(false);
        return count;
    }

    /// <summary>Both parts in one write, for askers that take a message to be what one read gives.</summary>
    public static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> message, CancellationToken token)
    {
        var framed = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed.AsMemory(2));
        await stream.WriteAsync(framed, token).ConfigureAwait(false);
    }
}
