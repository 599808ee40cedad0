using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Requests to netfilter's parts of the kernel (linux/netfilter/nfnetlink.h).</summary>
internal static class NetfilterRequest
{
    /// <summary>Address family, version and number of the resource, before the attributes.</summary>
    public const int GenericHeaderLength = 4;

    /// <summary>A request to be acknowledged.</summary>
    /// <param name="type">The part of the kernel in the upper byte.</param>
    public static byte[] Message(ushort type, byte family, ushort resource, uint sequence, ReadOnlySpan<byte> attributes)
    {
        var bytes = new byte[HeaderLength + GenericHeaderLength + attributes.Length];
        MemoryMarshal.Write(bytes.AsSpan(), (uint)bytes.Length);
        MemoryMarshal.Write(bytes.AsSpan(4), type);
        MemoryMarshal.Write(bytes.AsSpan(6), (ushort)(NLM_F_REQUEST | NLM_F_ACK));
        MemoryMarshal.Write(bytes.AsSpan(8), sequence);
        bytes[HeaderLength] = family;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(HeaderLength + 2), resource);
        attributes.CopyTo(bytes.AsSpan(HeaderLength + GenericHeaderLength));
        return bytes;
    }

    public static byte[] Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[Align(4 + value.Length)];
        MemoryMarshal.Write(bytes.AsSpan(), (ushort)(4 + value.Length));
        MemoryMarshal.Write(bytes.AsSpan(2), type);
        value.CopyTo(bytes.AsSpan(4));
        return bytes;
    }
}
