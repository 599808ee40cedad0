using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text;

namespace OverlayBridge.DataPlane.PathProbing;

/// <summary>
/// A marked Ethernet frame that one agent sends and another counts. Its type is the first of IEEE 802's "local experimental" ones (0x88B5),
/// which no container listens to; its addresses are those of two containers, so that it takes the way their packets take.
/// </summary>
/// <param name="RequestId">Of the check: 16 hex digits.</param>
/// <param name="Host">Who sends it.</param>
/// <param name="IsFull">Whether it is as long as the device allows.</param>
public sealed record ProbeFrame(string RequestId, string Host, bool IsFull)
{
    public const ushort EtherType = 0x88B5;
    public const int HeaderLength = 14;

    /// <summary>The shortest frame, without its checksum.</summary>
    private const int ShortLength = 60;
    private const int MaxHostLength = 255;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes("OverlayBridge\0\u0001\0");

    /// <summary>The frame's bytes.</summary>
    /// <param name="mtu">Of the device that sends it.</param>
    public byte[] Encode(PhysicalAddress from, PhysicalAddress to, int mtu)
    {
        byte[] content = [.. Mark, .. Encoding.ASCII.GetBytes(RequestId.PadRight(16)[..16]), IsFull ? (byte)1 : (byte)0, (byte)Math.Min(MaxHostLength, Host.Length), .. Encoding.ASCII.GetBytes(Host)];
        var frame = new byte[IsFull ? HeaderLength + mtu : Math.Max(ShortLength, HeaderLength + content.Length)];
        to.GetAddressBytes().CopyTo(frame, 0);
        from.GetAddressBytes().CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherType);
        content.AsSpan(0, Math.Min(content.Length, frame.Length - HeaderLength)).CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Null for a frame that is no probe, or was cut.</summary>
    public static ProbeFrame? Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderLength + Mark.Length + 18 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType)
            return null;
        var content = frame[HeaderLength..];
        if (!content.StartsWith(Mark))
            return null;
        content = content[Mark.Length..];
        int length = content[17];
        return content.Length < 18 + length ? null : new(
            Encoding.ASCII.GetString(content[..16]).TrimEnd(), Encoding.ASCII.GetString(content.Slice(18, length)), content[16] == 1);
    }
}
